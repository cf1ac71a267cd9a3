// One provider for all requests of an isolate, as people write it: app.js makes one each, which would hide the fault.
import { generate } from '@reelay/core'
import { createKling } from '@reelay/kling'

let kling
export default {
  async fetch(request, env) {
    kling ??= createKling({ accessKey: 'access-key-1', secretKey: 'secret-key-1', baseURL: env.UP })
    try {
      const what = { kind: 'text-to-video', prompt: request.url, model: 'kling-v2-6', duration: 5 }
      const options = { deadlineMs: 60_000, poll: { intervalMs: 1_000 } }
      return Response.json({ status: (await generate(kling, what, options)).status })
    } catch ({ code, message, handle }) {
      return Response.json({ status: 'error', code, message, handle: handle?.id })
    }
  },
}
