// Every adapter, unmodified: no key, no address, no clock, no fetch. Prints a line of JSON for each.
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { save } from '@reelay/core/node'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'

const asked = process.argv.slice(2)
const providers = [createKling(), createFal(), createPiapi(), createReplicate()]
for (const provider of providers.filter(({ id }) => asked.length === 0 || asked.includes(id))) {
  let task = await provider.submit({ kind: 'text-to-video', prompt: 'A paper boat', duration: 5 })
  // Not `generate`: its first look is where a real render might be over.
  while (task.status === 'queued' || task.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 50))
    task = await provider.get(task.handle)
  }
  if (task.status !== 'succeeded') throw new Error(`${provider.id}: ${task.status}`)
  const [output] = task.outputs
  const target = join(tmpdir(), `reelay-${process.pid}-${provider.id}.mp4`)
  const { file } = await save(output, target, { handle: task.handle, provider })
  const isClip = (await readFile(file)).subarray(4, 8).toString() === 'ftyp'
  console.log(JSON.stringify({ provider: provider.id, host: new URL(output.url ?? '').host, isClip }))
}
