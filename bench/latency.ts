// One task at a time: how late its end is seen and how often it is asked after, against pollers of a fixed interval:
//   node bench/latency.ts [tasks]
// "cold" has seen nothing yet and knows the catalogue's expectation only, 90 s (kling-v2-6) or 120 s (kling-v3); "learnt"
// has seen twenty tasks before.
import process from 'node:process'
import { type TaskHandle, type VideoProvider, wait } from '../packages/core/src/index.ts'
import {
  createFleet,
  durations,
  numbers,
  type Single,
  watchSingly,
} from '../packages/core/test/watch/fleet.ts'

const tasks = Number(process.argv[2] ?? 20)
const limits = { reads: 17, latencyMs: 2_500, soonestMs: 6_000 }

async function poll(provider: VideoProvider, handle: TaskHandle, everyMs: number): Promise<void> {
  while (['queued', 'running'].includes((await provider.get(handle)).status))
    await provider.clock.sleep(everyMs)
}

async function fixed(lasts: () => number, everyMs: number): Promise<Single> {
  const fleet = createFleet('kling', lasts)
  return watchSingly(fleet, tasks, 'kling-v3', (handle) => poll(fleet.provider, handle, everyMs))
}

async function ours(lasts: () => number, model: string, learnt: number): Promise<Single> {
  const fleet = createFleet('kling', lasts)
  if (learnt > 0) {
    await watchSingly(fleet, learnt, model, (handle) => wait(fleet.provider, handle))
    return watchSingly(fleet, tasks, model, (handle) => wait(fleet.provider, handle))
  }
  // What was learnt belongs to an instance.
  return watchSingly(fleet, tasks, model, (handle) => wait(fleet.create(), handle))
}

const failures: string[] = []
console.log(`${tasks} tasks each, on the emulated Kling: mean reads (most), mean delay`)
console.log(
  `${'duration'.padEnd(26)} ${'way'.padEnd(22)} ${'reads'.padStart(7)} ${'most'.padStart(5)} ${'delay s'.padStart(8)}`,
)
for (const [name, duration] of Object.entries(durations)) {
  const lasting = (): (() => number) => {
    const random = numbers(3)
    return () => duration(random)
  }
  const rows: (readonly [string, Single, boolean?])[] = [
    ['every 5 s', await fixed(lasting(), 5_000)],
    ['every 0.5 s', await fixed(lasting(), 500)],
    ['cold, expecting 90 s', await ours(lasting(), 'kling-v2-6', 0), name === '90 s'],
    ['cold, expecting 120 s', await ours(lasting(), 'kling-v3', 0)],
    ['learnt, expecting 90 s', await ours(lasting(), 'kling-v2-6', 20), name === '90 s'],
    ['learnt, expecting 120 s', await ours(lasting(), 'kling-v3', 20), name === '90 s'],
  ]
  for (const [way, { reads, mostReads, latencyMs }, held] of rows) {
    const delay = (latencyMs / 1_000).toFixed(2)
    console.log(
      `${name.padEnd(26)} ${way.padEnd(22)} ${reads.toFixed(1).padStart(7)} ${String(mostReads).padStart(5)} ${delay.padStart(8)}`,
    )
    if (way.startsWith('cold') && name.endsWith('30 s') && latencyMs > limits.soonestMs)
      failures.push(`${name}, ${way}`)
    if (held && (mostReads > limits.reads || latencyMs > limits.latencyMs)) failures.push(`${name}, ${way}`)
  }
}
for (const failure of failures)
  console.error(`more than ${limits.reads} reads or ${limits.latencyMs} ms: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0
