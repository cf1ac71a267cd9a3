// Renders one clip with whatever provider the configuration names. Nothing in here knows which one that is.
import { save } from '@reelay/core/node'
import { formatQuote, generate } from 'reelay'
import { loadConfig } from 'reelay/config'

const [file = 'configs/kling.config.ts', target] = process.argv.slice(2)

const config = await loadConfig({ file })
const provider = await config.provider()
const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 } as const

const quote = provider.quote(request)
console.log(`${provider.id}: ${formatQuote(quote)}`)
const task = await generate(provider, request)
const saved = await save(task.outputs[0], target ?? `renders/${provider.id}.mp4`, {
  handle: task.handle,
})
console.log(`${provider.id}: ${saved.file}`)
