// How late the ends of tasks in flight are seen, and how many reads that takes, on the emulators and a virtual clock:
//   node bench/watch.ts [tasks, or several numbers with commas] [part of a case's name]
// Without numbers: 1 to 10,000 tasks, which takes some ten minutes. Ends with 1 when a figure is over its limit.
import process from 'node:process'
import v8 from 'node:v8'
import vm from 'node:vm'
import { type TaskHandle, wait, watch } from '../packages/core/src/index.ts'
import {
  busiest,
  createFleet,
  type Fleet,
  type Leaf,
  numbers,
  quantile,
} from '../packages/core/test/watch/fleet.ts'
import { demoCredentials } from '../packages/emulator/src/index.ts'

v8.setFlagsFromString('--expose-gc')
const gc: () => void = vm.runInNewContext('gc')
const sizes = (process.argv[2] ?? '1,10,100,1000,2000,10000').split(',').map(Number)
// Reads per task and bytes are held where thousands share them.
const limits = { readsPerTask: 0.05, medianMs: 5_000, bytesPerTask: 2_200, strangersMedianMs: 15_000 }
const fal1000 = { meanMs: 5_000, p95Ms: 10_000 }

const heap = (): number => {
  gc()
  gc()
  return process.memoryUsage().heapUsed
}

interface Run {
  readonly finished: number
  readonly reads: number
  readonly latencies: readonly number[]
  readonly bytes: number
  readonly perSecond: number
}

async function run(fleet: Fleet, handles: readonly TaskHandle[], how: 'wait' | 'watch'): Promise<Run> {
  const latencies: number[] = []
  const ended = (id: string): void => void latencies.push(fleet.clock.now() - fleet.endOf(id))
  const before = heap()
  let bytes = 0
  if (how === 'wait') {
    const waits = handles.map((handle) => wait(fleet.provider, handle).then(({ id }) => ended(id)))
    bytes = heap() - before
    await Promise.all(waits)
  } else {
    const watcher = watch(fleet.provider, handles)
    bytes = heap() - before
    for await (const event of watcher) if (event.type === 'finished') ended(event.task.id)
  }
  const reads = fleet.reads()
  return {
    finished: latencies.length,
    reads: reads.length,
    latencies,
    bytes: bytes / handles.length,
    perSecond: busiest(reads, 60_000) / 60,
  }
}

const only = process.argv[3] ?? ''
const failures: string[] = []

function print(name: string, wanted: number, { finished, reads, latencies, bytes, perSecond }: Run): void {
  const readsPerTask = reads / finished
  const meanMs = latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length
  const [medianMs, p95Ms] = [quantile(latencies, 0.5), quantile(latencies, 0.95)]
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
  console.log(
    [
      name.padEnd(34),
      `${finished}/${wanted}`.padStart(12),
      readsPerTask.toFixed(3).padStart(11),
      seconds(medianMs).padStart(9),
      seconds(meanMs).padStart(7),
      seconds(p95Ms).padStart(7),
      perSecond.toFixed(1).padStart(8),
      bytes.toFixed(0).padStart(9),
    ].join(' '),
  )
  const hold = (is: boolean, what: string): void => {
    if (!is) failures.push(`${name}, ${wanted} tasks: ${what}`)
  }
  hold(finished === wanted, `${wanted - finished} were not seen to end`)
  const foreign = name.includes('foreign')
  hold(
    medianMs <= (foreign ? limits.strangersMedianMs : limits.medianMs) || !name.startsWith('kling'),
    'median',
  )
  if (name.startsWith('fal') && wanted === 1_000)
    hold(meanMs <= fal1000.meanMs && p95Ms <= fal1000.p95Ms, 'mean or 95th percentile')
  if (wanted < 10_000 || !name.startsWith('kling') || foreign) return
  hold(readsPerTask <= limits.readsPerTask, 'reads per task')
  hold(bytes <= limits.bytesPerTask, 'bytes per task')
}

function lasting(seed: number): () => number {
  const random = numbers(seed)
  return () => 60_000 + 180_000 * random()
}

interface Scene {
  readonly name: string
  readonly leaf: Leaf
  readonly how?: 'wait' | 'watch'
  readonly more?: Parameters<typeof createFleet>[2]
  /** Strangers' tasks for each of ours, a hundred of ours between a hundred times as many of theirs. */
  readonly foreign?: number
}

const { key } = demoCredentials.fal
const roomy = { key, usd: 10_000_000, concurrency: 1_000_000 }
const scenes: readonly Scene[] = [
  { name: 'kling alone', leaf: 'kling' },
  { name: 'kling alone, watch', leaf: 'kling', how: 'watch' },
  { name: 'kling alone, oldest first', leaf: 'kling', more: { listOrder: 'oldest' } },
  { name: 'kling, one foreign task for each', leaf: 'kling', foreign: 1 },
  { name: 'fal, with its history', leaf: 'fal' },
  { name: 'fal, without', leaf: 'fal', more: { accounts: [{ ...roomy, apiScope: false }] } },
  { name: 'replicate', leaf: 'replicate' },
]

async function play(
  { name, leaf, how = 'wait', more = {}, foreign = 0 }: Scene,
  wanted: number,
): Promise<void> {
  const fleet = createFleet(leaf, lasting(7), more)
  const handles: TaskHandle[] = []
  const part = foreign > 0 ? Math.min(100, wanted) : wanted
  while (handles.length < wanted) {
    handles.push(...(await fleet.submit(Math.min(part, wanted - handles.length))))
    if (foreign > 0) await fleet.submit(part * foreign)
  }
  print(name, wanted, await run(fleet, handles, how))
}

console.log('tasks of 60 to 240 s, all submitted at once; how late their ends are seen')
console.log(
  `${'case'.padEnd(34)} ${'ended'.padStart(12)} ${'reads/task'.padStart(11)} ${'median s'.padStart(9)} ${'mean s'.padStart(7)} ${'p95 s'.padStart(7)} ${'reads/s'.padStart(8)} ${'B/task'.padStart(9)}`,
)
for (const scene of scenes.filter(({ name }) => name.includes(only)))
  for (const size of sizes) await play(scene, size)
for (const failure of failures) console.error(failure)
process.exitCode = failures.length > 0 ? 1 : 0
