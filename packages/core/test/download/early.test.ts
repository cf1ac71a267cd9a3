import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { beforeAll, describe, expect, it } from 'vitest'

const child = new URL('early-child.ts', import.meta.url).pathname
const doors = ['save', 'download', 'toFile', 'toStorage', 'toS3']
const everywhere = (outcome: number | string): Record<string, number | string> =>
  Object.fromEntries(
    doors.flatMap((door) => ['checked', 'runtime'].map((fetch) => [`${door} ${fetch}`, outcome])),
  )

const film = 600_000
const refused = 'ERR_DOWNLOAD'

const answers: readonly [string, number | string][] = [
  ['film', film],
  ['expired', refused],
  ['page', refused],
  ['page called a video', refused],
  ['redirect with a body', film],
  ['redirect for ever', refused],
  ['busy', film],
  ['too large', refused],
  ['too large, unannounced', refused],
  ['bomb', refused],
  ['broken coding', refused],
  ['aborted', 'ERR_ABORTED'],
  ['reset', refused],
  ['reset after the headers', refused],
  ['reset at once', refused],
  ['stalled', refused],
  ['wrong range', refused],
  ['nothing to that range', refused],
  ['error with an endless body', refused],
  ['switched protocols', refused],
  ['no content', refused],
  ['more than announced', refused],
  ['nonsense', refused],
  ['half of it as a part that nobody asked for', refused],
  ['all of it as a part', film],
  ['parts of a part', refused],
  ['not modified', refused],
  ['several choices', refused],
  ['redirect with an endless body', film],
  ['redirect to nowhere', refused],
  ['redirect to what is no address', refused],
  ['redirect inwards', refused],
  ['redirect to a file', refused],
  ['coding cut off', refused],
  ['coding that ends early', refused],
  ['chunks cut off', refused],
  ['chunks that are none', refused],
  ['less than announced', refused],
  ['a length that is none', refused],
  ['a header without end', refused],
  ['a storm of hints', film],
  ['too many requests', film],
  ['gone, with an endless body', refused],
  ['nothing', refused],
  ['a few bytes, then nothing', refused],
]

// One process takes them all, in this order. An uncaught exception or an unhandled rejection ends it: then the answers
// from there on have no outcome, and the last test shows what it was.
describe('an answer that is given up early harms nobody', () => {
  const outcomes = new Map<string, unknown>()
  let ended: { readonly code: unknown; readonly err: string } | undefined

  beforeAll(async () => {
    const running = spawn(process.execPath, [child, ...answers.map(([name]) => name)])
    let [out, err] = ['', '']
    running.stdout.on('data', (chunk) => {
      out += chunk
    })
    running.stderr.on('data', (chunk) => {
      err += chunk
    })
    const [code] = await once(running, 'close')
    for (const line of out.split('\n').filter(Boolean)) {
      const [name, outcome] = JSON.parse(line)
      outcomes.set(name, outcome)
    }
    ended = { code, err }
  }, 600_000)

  it.each(answers)('%s', (name, outcome) => {
    expect(outcomes.get(name)).toEqual(everywhere(outcome))
  })

  it('and the process that met them all goes on to its end, without a word', () => {
    expect(ended).toEqual({ code: 0, err: '' })
  })
})
