import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const child = new URL('early-child.ts', import.meta.url).pathname
const doors = ['save', 'download', 'toFile', 'toStorage', 'toS3']
const everywhere = (outcome: number | string): Record<string, number | string> =>
  Object.fromEntries(
    doors.flatMap((door) => ['checked', 'runtime'].map((fetch) => [`${door} ${fetch}`, outcome])),
  )

const film = 600_000
const refused = 'ERR_DOWNLOAD'

// A child that met an uncaught exception or an unhandled rejection ends with a code of its own.
describe('an answer that is given up early harms nobody', () => {
  it.each<[string, number | string]>([
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
  ])('%s', { timeout: 120_000 }, async (name, outcome) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [child, name])
    expect({ ...JSON.parse(stdout), stderr }).toEqual({ ...everywhere(outcome), stderr: '' })
  })
})
