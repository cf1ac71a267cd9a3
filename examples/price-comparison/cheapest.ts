// Who sells a clip at what price, from cheap to dear, and from where and when each price is known. Nothing is sent.
import { compare, formatUsd, type Mode } from '@reelay/core'
import { providers } from './providers.ts'

const [model = 'kling-v3', mode = 'std', seconds = '5', sound = 'silent'] = process.argv.slice(2)
const request = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model,
  mode: mode as Mode,
  duration: Number(seconds),
  generateAudio: sound === 'sound',
} as const

const { groups, missing } = compare(request, providers, { near: false })
for (const { quality, differs, offers } of groups) {
  const { model, mode, seconds, sound } = quality
  const other = differs.length === 0 ? '' : ` (not as asked: ${differs.join(', ')})`
  console.log(`${model} ${mode}, ${seconds} s, ${sound ? 'with sound' : 'silent'}${other}`)
  for (const { provider, total, basis, asOf, source } of offers) {
    // A derived price was worked out or told by others: it is no promise of the provider's.
    const price = `${basis === 'derived' ? '~' : ''}${formatUsd(total)}`
    console.log(`  ${provider.padEnd(10)} ${price.padEnd(7)} ${basis.padEnd(7)} ${asOf}  ${source}`)
  }
}
for (const { provider, message } of missing) console.log(`no offer at ${provider}: ${message}`)
if (groups.length === 0) process.exitCode = 1
