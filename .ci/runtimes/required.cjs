// CommonJS: `require()` of packages that are ESM only, which Node can since 22.12.
const { generate } = require('@reelay/core')
const { save } = require('@reelay/core/node')
const { createKling } = require('@reelay/kling')
const [base, file] = process.argv.slice(2)
const provider = createKling({ apiKey: 'key-0123456789', baseURL: base })
const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6', duration: 5 }
generate(provider, request, { deadlineMs: 60_000, poll: { intervalMs: 1_000 } }).then(async (task) => {
  const { bytes } = await save(task.outputs[0], file, { provider, handle: task.handle })
  console.log(JSON.stringify({ status: task.status, bytes }))
})
