// Ten thousand tasks in flight in one process, on the emulator and its virtual clock:
//   node bench/watch.ts [tasks] [part of a case's name]
// Prints what waiting for them costs, and ends with 1 when Kling's figures are over their limits.
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

v8.setFlagsFromString('--expose-gc')
const gc: () => void = vm.runInNewContext('gc')
const tasks = Number(process.argv[2] ?? 10_000)
const limits = { readsPerTask: 0.05, medianMs: 5_000, bytesPerTask: 2_000 }

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

function print(
  name: string,
  wanted: number,
  { finished, reads, latencies, bytes, perSecond }: Run,
  held: boolean,
): void {
  const readsPerTask = reads / finished
  const medianMs = quantile(latencies, 0.5)
  console.log(
    [
      name.padEnd(34),
      `${finished}/${wanted}`.padStart(12),
      readsPerTask.toFixed(4).padStart(11),
      (medianMs / 1_000).toFixed(1).padStart(9),
      (quantile(latencies, 0.95) / 1_000).toFixed(1).padStart(7),
      perSecond.toFixed(2).padStart(9),
      bytes.toFixed(0).padStart(9),
    ].join(' '),
  )
  if (finished < wanted) failures.push(`${name}: ${wanted - finished} tasks were not seen to end`)
  if (!held) return
  if (readsPerTask > limits.readsPerTask)
    failures.push(`${name}: more than ${limits.readsPerTask} reads per task`)
  if (medianMs > limits.medianMs) failures.push(`${name}: median over ${limits.medianMs} ms`)
  if (bytes > limits.bytesPerTask) failures.push(`${name}: more than ${limits.bytesPerTask} bytes per task`)
}

function lasting(seed: number): () => number {
  const random = numbers(seed)
  return () => 60_000 + 180_000 * random()
}

async function scene(
  name: string,
  leaf: Leaf,
  how: 'wait' | 'watch',
  held: boolean,
  more: Parameters<typeof createFleet>[2] = {},
  foreign = 0,
  wanted = tasks,
): Promise<void> {
  if (!name.includes(only)) return
  const fleet = createFleet(leaf, lasting(7), more)
  const handles: TaskHandle[] = []
  // Strangers' tasks lie between ours.
  const part = foreign > 0 ? 100 : wanted
  while (handles.length < wanted) {
    handles.push(...(await fleet.submit(Math.min(part, wanted - handles.length))))
    if (foreign > 0) await fleet.submit(part * foreign)
  }
  print(name, wanted, await run(fleet, handles, how), held)
}

console.log('tasks of 60 to 240 s, all submitted at once')
console.log(
  `${'case'.padEnd(34)} ${'ended'.padStart(12)} ${'reads/task'.padStart(11)} ${'median s'.padStart(9)} ${'p95 s'.padStart(7)} ${'reads/s'.padStart(9)} ${'B/task'.padStart(9)}`,
)
await scene('kling, newest first, wait', 'kling', 'wait', true)
await scene('kling, newest first, watch', 'kling', 'watch', true)
await scene('kling, oldest first, wait', 'kling', 'wait', true, { listOrder: 'oldest' })
await scene('kling, one foreign task for each', 'kling', 'wait', false, {}, 1)
await scene('replicate', 'replicate', 'wait', false)
// One by one, ten a second: more would only take longer.
await scene('fal', 'fal', 'wait', false, {}, 0, Math.min(tasks, 1_000))
for (const failure of failures) console.error(failure)
process.exitCode = failures.length > 0 ? 1 : 0
