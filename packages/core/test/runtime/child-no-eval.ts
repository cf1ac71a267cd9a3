// Run under a trap on `new Function`, which classic zod asks for (zod/mini does not): whoever asks and is refused shows in a
// browser's console and in a content security policy's reports, also when the error is caught.
let asked = 0
const real = globalThis.Function
globalThis.Function = new Proxy(real, {
  construct() {
    asked += 1
    throw new EvalError('Refused to evaluate a string as JavaScript.')
  },
  apply() {
    asked += 1
    throw new EvalError('Refused to evaluate a string as JavaScript.')
  },
})

const { createFal } = await import('../../../fal/src/index.ts')
const { createKling, createKlingWebhook } = await import('../../../kling/src/index.ts')
const { createPiapi } = await import('../../../piapi/src/index.ts')
const { createReplicate } = await import('../../../replicate/src/index.ts')

const task = { task_id: '826932620670750021', task_status: 'submitted', created_at: 1, updated_at: 1 }
const answers = {
  kling: { code: 0, data: task },
  piapi: { code: 200, data: { task_id: 't1', status: 'pending' } },
  fal: { request_id: 't1', status: 'IN_QUEUE' },
  replicate: { id: 't1', status: 'starting', output: null },
}
const ids: string[] = []
for (const [name, create] of [
  ['kling', createKling],
  ['piapi', createPiapi],
  ['fal', createFal],
  ['replicate', createReplicate],
] as const) {
  const fetch = () => Promise.resolve(Response.json(answers[name]))
  const provider = create({ apiKey: 'a-key:of-some-length', fetch, headers: {} })
  const { id } = await provider.submit({ kind: 'text-to-video', prompt: 'A paper boat', duration: 5 })
  ids.push(id)
}
createKlingWebhook({ unsigned: true })
console.log(JSON.stringify({ asked, ids }))
