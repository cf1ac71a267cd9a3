// An unmodified program: two providers' own clients, without base URLs, and a child that runs the same to the third
// generation. Each waits for its child with all it has.
import { execFileSync } from 'node:child_process'
import { fal } from '@fal-ai/client'
import Replicate from 'replicate'

const generation = Number(process.argv[2] ?? 1)
const replicate = new Replicate()
const isClip = async (url: string): Promise<boolean> =>
  new TextDecoder().decode((await (await fetch(url)).bytes()).subarray(4, 8)) === 'ftyp'

const prediction = await replicate.predictions.create({
  model: 'kwaivgi/kling-v2.6',
  input: { prompt: `A boat of generation ${generation}`, duration: 5 },
})
const done = await replicate.wait(prediction, { interval: 20 })
const { data } = await fal.subscribe('fal-ai/kling-video/v2.6/pro/text-to-video', {
  input: { prompt: 'A boat', duration: '5' },
  pollInterval: 20,
})
const clips = [await isClip(String(done.output)), await isClip(data.video.url)]
if (generation < 3) {
  execFileSync(process.execPath, [import.meta.filename, String(generation + 1)], { stdio: 'inherit' })
}
const { results } = await replicate.predictions.list()
console.log(JSON.stringify({ generation, clips, known: results.length, at: process.env.REELAY_EMULATOR }))
