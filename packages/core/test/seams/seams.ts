import {
  failover,
  type GenerateOptions,
  govern,
  guard,
  type Journal,
  journaled,
  memoryJournal,
  type VideoProvider,
} from '../../src/index.ts'
import { createWorld, type Faults, type World } from './world.ts'

/** The three ways in, and what each must end with when a seam throws once the task is paid for. */
export type Door = 'generate' | 'wait' | 'watch'

/** `error`: a ReelayError with the handle. `clip`: it is not heard, and the clip arrives. */
export type End = 'error' | 'clip'

export interface Seam {
  readonly name: string
  readonly ends: Readonly<Record<Door, End>>
  /** Whether the error must be the cause: it is the caller's own. */
  readonly cause?: true
  make(autoArm: boolean): Made
}

export interface Made {
  readonly world: World
  readonly provider: VideoProvider
  readonly options: GenerateOptions
}

/** Holds what must never be shown, as errors of HTTP libraries do. */
export const secret = 'Bearer secret-0123456789'
export const thrown = new TypeError(secret)
const fail = (): never => {
  throw thrown
}
const reject = (): Promise<never> => Promise.reject(thrown)

/** Refuses whatever is done to it. */
const untouchable: object = new Proxy(
  {},
  Object.fromEntries(Object.keys(Object.getOwnPropertyDescriptors(Reflect)).map((trap) => [trap, fail])),
)

const every = (end: End): Record<Door, End> => ({ generate: end, wait: end, watch: end })

type Extras = Omit<Partial<Made>, 'world'>

function seam(
  name: string,
  end: End | Record<Door, End>,
  faults: Faults,
  more: (world: World, isArmed: () => boolean) => Extras = () => ({}),
  cause?: true,
): Seam {
  return {
    name,
    ends: typeof end === 'string' ? every(end) : end,
    ...(cause && { cause }),
    make(autoArm) {
      let armed = false
      const bought = (): void => {
        armed = true
        faults.bought?.()
      }
      const world = createWorld({ ...faults, bought }, autoArm)
      const { provider = world.provider, options = {} } = more(world, () => armed)
      // With their getters: some of them throw only once the task is paid for.
      const all = Object.defineProperties({ ...world.options }, Object.getOwnPropertyDescriptors(options))
      return { world, provider, options: all }
    },
  }
}

/** A journal that works until the task is paid for. */
function journal(isArmed: () => boolean, how: () => Promise<never>): Journal {
  const memory = memoryJournal()
  const broken = Object.fromEntries(
    Object.entries(memory).map(([name, method]) => [
      name,
      (...given: unknown[]) => (isArmed() ? how() : Reflect.apply(method as () => unknown, memory, given)),
    ]),
  )
  return broken as unknown as Journal
}

function withoutHasOwn(): void {
  Reflect.deleteProperty(Object, 'hasOwn')
}

const ownSignal = (part: object): AbortSignal =>
  ({
    aborted: false,
    reason: undefined,
    throwIfAborted: () => undefined,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    ...part,
  }) as unknown as AbortSignal

const money = { maxCostPerTask: 1e9, budget: { amount: 1e9, windowMs: 1e9 } }

/** Everything that is somebody else's and is called after a purchase. */
export const seams: readonly Seam[] = [
  seam('clock: now() throws', 'error', { now: fail }, undefined, true),
  seam('clock: now() is not a number', 'error', { now: () => Number.NaN }),
  seam('clock: sleep() throws', 'error', { sleep: fail }, undefined, true),
  seam('clock: sleep() rejects', 'error', { sleep: reject }, undefined, true),
  seam('clock: sleep() rejects with nothing', 'error', { sleep: () => Promise.reject() }),
  seam('fetch throws', 'error', { fetch: fail }),
  seam('fetch rejects', 'error', { fetch: reject }),
  seam('fetch rejects with null', 'error', { fetch: () => Promise.reject(null) }),
  seam('fetch rejects with a proxy that refuses to be looked at', 'error', {
    fetch: () => Promise.reject(untouchable),
  }),
  seam('fetch answers with nothing', 'error', { fetch: () => undefined }),
  seam('fetch breaks off in the middle of a body', 'error', {
    fetch: () => new Response(new ReadableStream({ pull: fail })),
  }),
  seam('the runtime loses a method', 'error', { bought: withoutHasOwn }),
  seam('the adapter cannot decode a reply', 'error', { decode: fail }),
  seam('the adapter cannot ask', 'error', { spec: { query: fail } }),
  seam(
    'a provider of one’s own throws after its purchase',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    (world, isArmed) => ({
      provider: {
        ...world.provider,
        submit: async (...given) => {
          const task = await world.provider.submit(...given)
          return isArmed() ? fail() : task
        },
      },
    }),
  ),
  seam('the adapter’s list throws', 'error', {
    spec: {
      list: { scope: 'account', maxPageSize: 100, readSpacingMs: 100, request: fail, tasks: fail },
      query: fail,
    },
  }),
  seam('the adapter’s stream throws', 'clip', { spec: { follow: fail } }),
  seam(
    'journaled: the journal rejects',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    (world, isArmed) => ({
      provider: journaled(world.provider, journal(isArmed, reject)),
    }),
  ),
  seam(
    'journaled: the journal throws',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    (world, isArmed) => ({
      provider: journaled(world.provider, journal(isArmed, fail)),
    }),
  ),
  seam('guard: the journal rejects', 'clip', {}, (world, isArmed) => ({
    provider: guard(world.provider, { ...money, journal: journal(isArmed, reject) }),
  })),
  seam('guard: the journal throws', 'clip', {}, (world, isArmed) => ({
    provider: guard(world.provider, { ...money, journal: journal(isArmed, fail) }),
  })),
  seam('govern: the clock throws', 'error', { now: fail, sleep: fail }, (world) => ({
    provider: govern(world.provider, { concurrency: 1 }),
  })),
  seam('govern: the clock rejects', 'error', { sleep: reject }, (world) => ({
    provider: govern(world.provider, { concurrency: 1 }),
  })),
  seam('failover: the clock throws', 'error', { now: fail }, (world) => ({
    provider: failover([world.provider]),
  })),
  seam(
    'record rejects',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    (_, isArmed) => ({
      options: { record: async () => void (isArmed() && fail()) },
    }),
    true,
  ),
  seam(
    'record throws',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    (_, isArmed) => ({
      options: { record: () => (isArmed() ? fail() : Promise.resolve()) },
    }),
    true,
  ),
  seam('onEvent throws', 'clip', {}, (_, isArmed) => ({
    options: { onEvent: () => void (isArmed() && fail()) },
  })),
  seam('onEvent rejects', 'clip', {}, (_, isArmed) => ({
    options: { onEvent: async () => void (isArmed() && fail()) },
  })),
  seam(
    'store throws',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    () => ({ options: { store: fail } }),
    true,
  ),
  seam(
    'store rejects',
    { generate: 'error', wait: 'clip', watch: 'clip' },
    {},
    () => ({ options: { store: reject } }),
    true,
  ),
  seam('store resolves with nonsense', { generate: 'error', wait: 'clip', watch: 'clip' }, {}, () => ({
    options: { store: (async () => [null]) as never },
  })),
  seam('abortSignal: addEventListener throws', 'error', {}, (_, isArmed) => ({
    options: { abortSignal: ownSignal({ addEventListener: () => isArmed() && fail() }) },
  })),
  seam('abortSignal: removeEventListener throws', 'clip', {}, (_, isArmed) => ({
    options: { abortSignal: ownSignal({ removeEventListener: () => isArmed() && fail() }) },
  })),
  seam('abortSignal: aborted throws', 'error', {}, (_, isArmed) => ({
    options: {
      abortSignal: Object.defineProperty(ownSignal({}), 'aborted', { get: () => isArmed() && fail() }),
    },
  })),
  seam('an option throws when it is read', 'error', {}, (_, isArmed) => ({
    options: Object.defineProperty({}, 'deadlineMs', {
      enumerable: true,
      get: () => (isArmed() ? fail() : 120_000),
    }),
  })),
  seam('headers throw when they are read', 'error', {}, (_, isArmed) => ({
    options: {
      headers: Object.defineProperty({}, 'x-own', {
        enumerable: true,
        get: () => (isArmed() ? fail() : 'x'),
      }),
    },
  })),
]
