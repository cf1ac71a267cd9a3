// Saves a 1 GB file that another process serves, and compares with a bare pipeline of the same run:
//   node bench/download.ts [megabytes] [rounds]
// Prints ratios. Ends with 1 when a limit is broken.
//
// The baseline is what one writes without a library: `pipeline(response.body, createWriteStream(file))`, with the same
// `fetch` that `save` uses, and flushed to the disk as `save` does. It checks, resumes and hashes nothing. Every way
// runs in turn in fresh processes; the best of each is compared, since noise of the machine only ever adds time. Two more
// ways are shown without a limit: with the runtime's own fetch, and with everything done by hand that makes it fast.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

interface Result {
  readonly seconds: number
  /** Seconds of the saving process on any core. */
  readonly cpu: number
  readonly growth: number
  readonly sha256?: string
}

const [megabytes = 1_000, rounds = 5] = process.argv.slice(2).map(Number)
const size = megabytes * 1e6
// Twenty for a gigabyte: what one cut costs does not depend on the size.
const cuts = Math.max(1, Math.round(megabytes / 50))
const limits = { plain: 0.95, hash: 0.75, growth: 48e6, transferred: 1.05 }
const ways = ['bare', 'runtime', 'tuned', 'plain', 'hash'] as const
type Way = (typeof ways)[number]

const here = (name: string): string => new URL(`download/${name}`, import.meta.url).pathname
const folder = await mkdtemp(join(tmpdir(), 'reelay-bench-'))
const file = join(folder, 'clip.mp4')
const server: ChildProcess = spawn(process.execPath, [here('server.ts'), String(size)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})

async function run(way: Way, url: string): Promise<Result> {
  await rm(file, { force: true })
  const { stdout } = await promisify(execFile)(process.execPath, [here('run.ts'), way, url, file])
  const saved = (await stat(file)).size
  if (saved !== size) throw new Error(`${way} left ${saved} bytes instead of ${size}`)
  return JSON.parse(stdout) as Result
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
const broken: string[] = []
const judge = (text: string, kept: boolean): void => {
  console.log(`  ${kept ? 'ok  ' : 'FAIL'} ${text}`)
  if (!kept) broken.push(text)
}

try {
  const [port] = await once(server.stdout ?? server, 'data')
  const base = `http://127.0.0.1:${String(port).trim()}`
  const ask = async (path: string): Promise<string> => (await fetch(base + path)).text()
  const expected = await ask('/sha256')
  const results: Record<Way, Result[]> = { bare: [], runtime: [], tuned: [], plain: [], hash: [] }
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) results[way].push(await run(way, `${base}/clip.mp4`))
  }
  const seconds = (way: Way): number[] => results[way].map((one) => one.seconds)
  const best = (way: Way): number => Math.min(...seconds(way))
  const growth = (way: Way): number => Math.max(...results[way].map((one) => one.growth))

  const names: Record<Way, string> = {
    bare: 'bare pipeline (baseline)',
    runtime: "the same, runtime's fetch",
    tuned: 'the same, tuned by hand',
    plain: 'save, without SHA-256',
    hash: 'save, with SHA-256',
  }
  console.log(`${megabytes} MB over loopback, ${rounds} rounds`)
  console.log(
    '                               best MB/s  median MB/s  of baseline  CPU s, best  RSS growth MB',
  )
  for (const way of ways) {
    const cells = [size / best(way) / 1e6, size / median(seconds(way)) / 1e6]
      .map((speed) => speed.toFixed(0).padStart(9))
      .join('    ')
    const cpu = Math.min(...results[way].map((one) => one.cpu))
      .toFixed(2)
      .padStart(9)
    const ratio = (best('bare') / best(way)).toFixed(2).padStart(9)
    console.log(
      `  ${names[way].padEnd(28)}${cells}    ${ratio}    ${cpu}    ${(growth(way) / 1e6).toFixed(0).padStart(9)}`,
    )
  }

  const sentBefore = Number(await ask('/sent'))
  const cut = await run('hash', `${base}/clip.mp4?cuts=${cuts}&seed=${Date.now() % 1_000_000}`)
  const transferred = (Number(await ask('/sent')) - sentBefore) / size

  console.log('limits')
  const ratioOf = (way: Way): number => best('bare') / best(way)
  judge(
    `throughput without SHA-256: ${ratioOf('plain').toFixed(2)} of the baseline (>= ${limits.plain})`,
    ratioOf('plain') >= limits.plain,
  )
  judge(
    `throughput with SHA-256: ${ratioOf('hash').toFixed(2)} of the baseline (>= ${limits.hash})`,
    ratioOf('hash') >= limits.hash,
  )
  const most = Math.max(growth('plain'), growth('hash'), cut.growth)
  judge(`peak RSS growth: ${(most / 1e6).toFixed(0)} MB (<= ${limits.growth / 1e6})`, most <= limits.growth)
  judge(
    'bytes identical',
    results.hash.every(({ sha256 }) => sha256 === expected),
  )
  judge(`bytes identical after ${cuts} cuts at random offsets`, cut.sha256 === expected)
  judge(
    `transferred with ${cuts} cuts: ${transferred.toFixed(3)} of the size (<= ${limits.transferred})`,
    transferred <= limits.transferred,
  )
} finally {
  server.kill()
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = broken.length === 0 ? 0 : 1
