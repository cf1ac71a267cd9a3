// One download in a process of its own, so that its memory is nobody else's:
//   node run.ts <way> <url> <file>     prints {"seconds", "cpu", "growth", "sha256"} as JSON; growth of the RSS in bytes
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { checkedFetch, save } from '../../packages/core/src/node/index.ts'

const [way = '', url = '', file = ''] = process.argv.slice(2)

async function bare(fetch: typeof globalThis.fetch): Promise<void> {
  const { body } = await fetch(url)
  if (body) await pipeline(body, createWriteStream(file, { flush: true }))
}

/** As fast as it gets by hand: large writes, one of them under way while the next is gathered. */
async function tuned(fetch: typeof globalThis.fetch): Promise<void> {
  const { body } = await fetch(url)
  if (!body) return
  const target = await open(file, 'w')
  let pieces: Uint8Array[] = []
  let gathered = 0
  let writing: Promise<unknown> = Promise.resolve()
  for await (const piece of body) {
    pieces.push(piece)
    gathered += piece.length
    if (gathered < 1024 * 1024) continue
    await writing
    writing = target.writev(pieces)
    pieces = []
    gathered = 0
  }
  await writing
  if (pieces.length > 0) await target.writev(pieces)
  await target.sync()
  await target.close()
}

async function reelay(sha256: boolean): Promise<string | undefined> {
  const output = { kind: 'video', mediaType: 'video/mp4', url } as const
  const saved = await save(output, file, { allowLoopback: true, sha256, maxBytes: 1e12 })
  return saved.sha256
}

const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  bare: () => bare(checkedFetch({ allowLoopback: true })),
  runtime: () => bare(globalThis.fetch),
  tuned: () => tuned(checkedFetch({ allowLoopback: true })),
  plain: () => reelay(false),
  hash: () => reelay(true),
}

// A few bytes first: what it takes to load the code is no part of what a large file costs.
const small = new URL('/sent', url)
await (await checkedFetch({ allowLoopback: true })(small)).text()
await (await fetch(small)).text()

const before = process.memoryUsage.rss()
const cpuBefore = process.cpuUsage()
const startedAt = performance.now()
const sha256 = await ways[way]?.()
const seconds = (performance.now() - startedAt) / 1_000
const growth = process.resourceUsage().maxRSS * 1_024 - before
const { user, system } = process.cpuUsage(cpuBefore)
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, growth, sha256 }))
process.exit()
