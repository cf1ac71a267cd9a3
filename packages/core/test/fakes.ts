import type { Clock, Offer, TaskHandle, VideoProvider, VideoTask } from '../src/index.ts'

/** A handle of the provider below. */
export const handle = (submittedAt: number): TaskHandle => ({
  v: 1,
  provider: 'fake',
  account: 'default',
  id: 'task-1',
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  route: 'text',
  submittedAt,
  idempotencyKey: 'key',
  requestHash: 'hash',
})

/** A task of the provider below, in the given status. */
export function task(status: VideoTask['status'], of: TaskHandle, nativeStatus: string = status): VideoTask {
  const shared = { id: of.id, handle: of, nativeStatus, warnings: [] }
  if (status === 'succeeded') {
    const output = { kind: 'video', mediaType: 'video/mp4', url: 'https://cdn.example.com/a.mp4' } as const
    return { ...shared, status, outputs: [output] }
  }
  if (status === 'failed') {
    const failure = { reason: 'content', message: 'Not allowed', retryable: false, flagged: true } as const
    return { ...shared, status, failure }
  }
  return { ...shared, status }
}

/** A provider whose answers are scripted: each look takes the next step, the last one stays. */
export function scripted(
  clock: Clock,
  steps: readonly (() => VideoTask)[],
  timing?: Offer['timing'],
): VideoProvider & { readonly looks: number[] } {
  const looks: number[] = []
  const offers = timing
    ? [{ provider: 'fake', kind: 'text-to-video', model: 'kling-v3', mode: 'std', timing } as Offer]
    : []
  return {
    id: 'fake',
    account: 'default',
    clock,
    catalog: { defaultModel: 'kling-v3', offers },
    looks,
    owns: () => true,
    appraise: () => ({ problems: [], quote: { type: 'unknown', why: 'scripted' }, warnings: [] }),
    check: () => [],
    quote: () => ({ type: 'unknown', why: 'scripted' }),
    submit: async () => task('queued', handle(clock.now())),
    async get() {
      looks.push(clock.now())
      const step = steps[Math.min(looks.length, steps.length) - 1]
      if (!step) throw new Error('no script')
      return step()
    },
  }
}
