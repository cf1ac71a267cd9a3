// What a user would write, the same for every runtime. Its own fake Kling stands on loopback.
import { generate, ReelayError } from '@reelay/core'
import { createKling } from '@reelay/kling'

const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6', duration: 5 }
const options = { deadlineMs: 60_000, poll: { intervalMs: 1_000 } }

/** Buys one clip; with `save`, it lies in `file` afterwards. */
export async function render(baseURL, save, file) {
  try {
    const provider = createKling({ apiKey: 'key-0123456789', baseURL })
    const task = await generate(provider, request, options)
    const saved = save && (await save(task.outputs[0], file, { provider, handle: task.handle }))
    return { status: task.status, bytes: saved?.bytes }
  } catch (error) {
    if (!ReelayError.isInstance(error)) return { status: 'foreign', message: String(error) }
    const { code, outcome, message, handle } = error
    return { status: 'error', code, outcome, message, handle: handle?.id }
  }
}
