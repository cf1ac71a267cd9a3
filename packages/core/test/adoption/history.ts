import { createEmulator, demoCredentials, type FaultSpec } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createReplicate } from '@reelay/replicate'
import { createVirtualClock } from '@reelay/testing/clock'
import { createRandom } from '../../../rig/test/crash/moments.ts'
import type { Clock, RenderRequest, VideoProvider } from '../../src/index.ts'
import { createBooks } from './books.ts'

/** What one seeded history came to. */
export interface Told {
  readonly provider: 'fal' | 'replicate'
  /** Whether nobody else bought such requests on the account, and whether the instances were told so. */
  readonly sole: boolean
  readonly claimed: boolean
  /** Tasks that a search handed to a purchase that did not make them. */
  readonly wrong: readonly string[]
  /** Purchases whose answer was lost though they had made a task. */
  readonly lost: number
  /** Those of them that a search brought home. */
  readonly found: number
  /** Those of the others whose task a search named as a candidate. */
  readonly named: number
}

const minute = 60_000
const boat: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 }
const train: RenderRequest = { ...boat, prompt: 'A night train' }
const purchaseHeader = 'x-purchase'

/** A process: its clock is wrong by so much, and may be set meanwhile. */
interface Submitter {
  offMs: number
  readonly clock: Clock
}

/**
 * One history from a seed: purchases of a few processes that share a journal, at one account. Answers are lost before or
 * after a task was made, or while it is on its way; clocks are up to 15 minutes off, and are set; where somebody else buys
 * there too, they buy the very same. Then the open purchases are searched for, by any of the processes.
 */
export async function tell(seed: number): Promise<Told> {
  const random = createRandom(seed)
  const below = (end: number): number => Math.floor(random() * end)
  const chance = (share: number): boolean => random() < share
  const one = <Value>(...values: readonly Value[]): Value => values[below(values.length)] as Value

  const provider = one('fal', 'replicate')
  const sole = chance(0.6)
  const told = sole ? chance(0.8) : false
  const time = createVirtualClock()
  const emulator = createEmulator({
    clock: time.server,
    seed,
    // Without sizes, no clip has to be drawn for the history.
    fal: {
      outputFile: 'url-only',
      historyOfRunning: chance(0.3),
      historyLagMs: one(0, minute, 8 * minute),
      queuedMs: one(0, 3_000, 5 * minute),
    },
  })
  const books = createBooks()
  /** By task, the key of the purchase that made it: what no provider tells. */
  const maker = new Map<string, string>()
  let turn: Promise<unknown> = Promise.resolve()

  const through: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (request.method !== 'POST') return emulator.fetch(request)
    // One at a time, so that the emulator's last record is the one of this request.
    const sent = turn.then(async () => {
      const fault = fates.get(request.headers.get(purchaseHeader) ?? '')
      if (fault) emulator.control.fault(fault)
      try {
        return await emulator.fetch(request)
      } finally {
        const made = emulator.control.requests().at(-1)?.taskId
        if (made) maker.set(made, request.headers.get(purchaseHeader) ?? 'a stranger')
      }
    })
    turn = sent.catch(() => undefined)
    return sent
  }
  const fetch = time.track(through)
  const fates = new Map<string, FaultSpec>()

  const submitters = Array.from({ length: 1 + below(3) }, (): Submitter => {
    const self: Submitter = {
      offMs: chance(0.5) ? 0 : Math.round((random() * 2 - 1) * 15) * minute,
      clock: { now: () => time.now() + self.offMs, elapsed: () => time.elapsed(), sleep: time.sleep },
    }
    return self
  })
  const make = ({ clock }: Submitter): VideoProvider =>
    provider === 'fal'
      ? createFal({ apiKey: demoCredentials.fal.key, fetch, clock, soleSubmitter: told })
      : createReplicate({ apiKey: demoCredentials.replicate.apiToken, fetch, clock, soleSubmitter: told })
  const stacks = submitters.map((self) => ({ self, long: make(self) }))
  /** The process as it has been running, or restarted. */
  const any = (): VideoProvider => {
    const stack = stacks[below(stacks.length)] ?? stacks[0]
    if (!stack) throw new Error('there is no process')
    return chance(0.5) ? stack.long : make(stack.self)
  }

  const wrong: string[] = []
  const adopted = new Map<string, string>()
  const adopt = (key: string, taskId: string): void => {
    adopted.set(key, taskId)
    if (maker.get(taskId) !== key) wrong.push(`${key} was given ${taskId} of ${maker.get(taskId)}`)
  }

  async function buy(key: string, request: RenderRequest, fate: FaultSpec | undefined): Promise<void> {
    if (fate) fates.set(key, fate)
    const headers = { [purchaseHeader]: key }
    const options = { idempotencyKey: key, headers, record: books.record, claimed: books.claimed }
    const task = await any()
      .submit(request, { ...options, timeoutMs: 10_000 })
      .catch(() => undefined)
    if (fate && task) adopt(key, task.id)
    if (!fate && !task) throw new Error(`${key} was answered, and has no task`)
  }

  const fate = (): FaultSpec | undefined => {
    const on = 'create'
    return one<FaultSpec | undefined>(
      undefined,
      undefined,
      { on, kind: 'lost-after-create' },
      { on, kind: 'lost-after-create' },
      { on, kind: 'lost-before-create' },
      { on, kind: 'status', status: 500, created: true },
      { on, kind: 'in-flight', ms: one(1_000, 30_000, 5 * minute) },
    )
  }
  const request = (): RenderRequest => (chance(0.8) ? boat : train)

  const stranger = async (): Promise<void> => {
    await make({ offMs: 0, clock: time })
      .submit(request())
      .catch(() => undefined)
  }
  let keys = 0
  const count = 1 + below(4)
  while (keys < count) {
    if (!sole && chance(0.5)) await stranger()
    await time.sleep(one(0, 1_000, minute, 6 * minute) * random())
    const together = chance(0.3) ? 2 : 1
    await Promise.all(Array.from({ length: together }, () => buy(`order-${++keys}`, request(), fate())))
    if (!sole && chance(0.5)) await stranger()
    if (chance(0.2)) for (const self of submitters) if (chance(0.5)) self.offMs = one(-15, 0, 15) * minute
  }

  const named = new Map<string, ReadonlySet<string>>()
  for (let round = 0; round < 3; round++) {
    await time.sleep(one(0, 2, 12) * minute)
    const looks = books
      .open()
      .flatMap((submission) => (chance(0.2) ? [submission, submission] : [submission]))
    const look = async (submission: (typeof looks)[number]): Promise<void> => {
      const { idempotencyKey: key } = submission
      const result = await any().find?.(submission, { claimed: books.claimed })
      if (result?.state === 'found') {
        books.found(submission, result.task.id)
        adopt(key, result.task.id)
      } else if (result?.candidates) named.set(key, new Set(result.candidates.map(({ id }) => id)))
    }
    if (chance(0.5)) await Promise.all(looks.map(look))
    else for (const submission of looks) await look(submission)
  }

  const made = new Map([...maker].map(([id, key]) => [key, id]))
  const lost = [...fates.keys()].filter((key) => made.has(key))
  return {
    provider,
    sole,
    claimed: told,
    wrong,
    lost: lost.length,
    found: lost.filter((key) => adopted.has(key)).length,
    named: lost.filter((key) => !adopted.has(key) && named.get(key)?.has(made.get(key) ?? '')).length,
  }
}
