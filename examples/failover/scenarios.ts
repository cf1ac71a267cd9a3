import type { Emulator } from '@reelay/emulator'

/** One way in which the first provider, Kling, is broken. */
export interface Scenario {
  readonly when: string
  /** Where Kling is looked for, when not at the emulator. */
  readonly baseURL?: string
  plant(control: Emulator['control']): void
}

const create = { provider: 'kling', on: 'create' } as const

export const scenarios: readonly Scenario[] = [
  { when: 'all is well', plant: () => undefined },
  // A port that nobody uses, and that fetch does not forbid as it does 1 and 9.
  { when: 'nobody listens', baseURL: 'http://127.0.0.1:2', plant: () => undefined },
  { when: 'wrong key', plant: (control) => control.fault({ ...create, kind: 'refuse', as: 'unauthorized' }) },
  { when: 'no rights', plant: (control) => control.fault({ ...create, kind: 'refuse', as: 'forbidden' }) },
  { when: 'out of funds', plant: (control) => control.setBalance(0) },
  { when: 'rate limit', plant: (control) => control.fault({ ...create, kind: 'refuse', as: 'rate' }) },
  {
    when: 'slots taken',
    plant: (control) => control.fault({ ...create, kind: 'refuse', as: 'concurrency' }),
  },
  {
    when: 'all but one are down',
    plant(control) {
      control.fault({ ...create, kind: 'refuse', as: 'concurrency' })
      control.setLocked(true, { provider: 'fal' })
    },
  },
  // From here on nobody moves on: another provider does not cure it, or might be a second bill.
  {
    when: 'content refused',
    plant: (control) => control.fault({ ...create, kind: 'refuse', as: 'content' }),
  },
  {
    when: 'request refused',
    plant: (control) => control.fault({ ...create, kind: 'refuse', as: 'invalid' }),
  },
  { when: 'answer lost', plant: (control) => control.fault({ ...create, kind: 'lost-after-create' }) },
  {
    when: '500, not created',
    plant: (control) => control.fault({ ...create, kind: 'status', status: 500 }),
  },
  {
    when: '500, but created',
    plant: (control) => control.fault({ ...create, kind: 'status', status: 500, created: true }),
  },
  { when: 'gateway page', plant: (control) => control.fault({ ...create, kind: 'html' }) },
  {
    when: 'all requests lost',
    plant: (control) =>
      control.fault({ ...create, kind: 'lost-before-create', times: Number.POSITIVE_INFINITY }),
  },
]
