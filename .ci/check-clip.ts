// Reads the clips in a folder back with an independent reader and checks length and shape.
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { BufferSource, Input, MP4 } from 'mediabunny'

const [folder = 'renders', seconds = '5', shape = '16:9'] = process.argv.slice(2)
const files = globSync(`${folder}/*.mp4`)
if (files.length === 0) throw new Error(`there is no clip in ${folder}`)
for (const file of files) {
  const input = new Input({ formats: [MP4], source: new BufferSource(await readFile(file)) })
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error(`${file} has no video track`)
  const duration = await input.computeDuration()
  const [width = 1, height = 1] = shape.split(':').map(Number)
  const ratio = track.displayWidth / track.displayHeight
  console.log(`${file}: ${duration.toFixed(3)} s, ${track.displayWidth}x${track.displayHeight}`)
  if (Math.abs(duration - Number(seconds)) > 0.1) throw new Error(`${file} is not ${seconds} s long`)
  if (Math.abs(ratio - width / height) > 0.02) throw new Error(`${file} is not ${shape}`)
}
