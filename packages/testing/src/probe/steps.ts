import type { RecordEntry, ReelayError, SubmitOptions, VideoProvider, VideoTask } from '@reelay/core'
import { isReelayError, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import type { World } from '../world.ts'
import { attempt } from './attempt.ts'

/** How the answer to a step is lost, once it was carried out. */
export type LostStep = 'lost-answer' | 'gateway page'

/** What came of one submit whose row has priced steps. */
export interface Stepped {
  readonly task?: VideoTask
  readonly error?: unknown
  /** Of steps and create alike, in order. */
  readonly entries: readonly RecordEntry[]
  /** Names of the steps whose request left, in order. */
  readonly sent: readonly string[]
}

/** Watches what leaves between the intent of a step and its verdict: a step's own request, whatever its path. */
export interface StepWatch {
  /** A provider of the world whose steps are watched. */
  readonly provider: VideoProvider
  /** Submits once, keeping books. */
  submit(provider: VideoProvider, options?: SubmitOptions): Promise<Stepped>
  /** The next step's answer is lost. */
  lose(how: LostStep): void
}

/** The provider of a world, with an eye on the steps that it pays for. */
export function watchSteps(world: World): StepWatch {
  let step: string | undefined
  let losing: LostStep | undefined
  let sent: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (step === undefined || request.method !== 'POST') return world.wire.fetch(request)
    sent.push(step)
    const how = losing
    losing = undefined
    const answer = await world.wire.fetch(request)
    if (how === undefined) return answer
    await answer.arrayBuffer()
    if (how === 'gateway page') return new Response('<h1>Bad gateway</h1>', { status: 502 })
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
    throw new TypeError('fetch failed', { cause })
  }
  return {
    provider: world.createProvider({ fetch }),
    lose(how) {
      losing = how
    },
    async submit(provider, options = {}) {
      const entries: RecordEntry[] = []
      sent = []
      const record = async (entry: RecordEntry): Promise<void> => {
        entries.push(entry)
        await options.record?.(entry)
        step = entry.type === 'intent' ? entry.submission.step : undefined
      }
      const result = await provider.submit(world.request, { ...options, record }).then(
        (task) => ({ task }),
        (error: unknown) => ({ error }),
      )
      step = undefined
      return { ...result, entries, sent }
    },
  }
}

/** The error of a submit that ended inside a step. */
export function stepError({ error }: Stepped): ReelayError {
  isReelayError(error, 'submit()')
  return error
}

/** For cases about priced calls before a create. */
export const needsSteps: Required<Pick<ContractCase, 'needs' | 'instead' | 'rows'>> = {
  rows: ({ steps }) => steps !== undefined,
  needs: ({ steps }) => steps === true || 'nothing that is sold is paid for in steps',
  async instead(world) {
    const provider = world.createProvider()
    const stepped = provider.catalog.offers.find(({ steps }) => steps !== undefined)
    ok(!stepped, `the manifest knows of no steps, and ${stepped?.model} has some`)
    const named: string[] = []
    const record = async ({ submission }: RecordEntry): Promise<void> => {
      if (submission.step !== undefined) named.push(submission.step)
    }
    await attempt(world, provider, { record })
    ok(named.length === 0, `a purchase without steps recorded ${named.join(', ')}`)
  },
}
