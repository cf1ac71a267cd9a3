import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import {
  cheapest,
  failover,
  govern,
  guard,
  journaled,
  memoryJournal,
  type Submission,
  type TerminalTask,
  usd,
  type VideoProvider,
} from '../../src/index.ts'
import { handle, scripted, task } from '../fakes.ts'

const compositions: Readonly<Record<string, (provider: VideoProvider) => VideoProvider>> = {
  guard: (provider) => guard(provider, { maxCostPerTask: usd(1) }),
  govern: (provider) => govern(provider, { concurrency: 2 }),
  failover: (provider) => failover([provider]),
  cheapest: (provider) => cheapest([provider], { allowUnknownPrice: true }),
  journaled: (provider) => journaled(provider, memoryJournal()),
}

const boat = { kind: 'text-to-video', prompt: 'A boat' } as const
const ended = task('failed', handle(0)) as TerminalTask

/** Every way to ask a task's provider something; a member that is added does not compile until it stands here. */
const asked: {
  readonly [member in keyof VideoProvider]-?: 'data' | ((provider: VideoProvider) => unknown)
} = {
  id: 'data',
  account: 'data',
  host: 'data',
  perOrder: 'data',
  catalog: 'data',
  clock: 'data',
  instance: 'data',
  owns: (provider) => provider.owns(handle(0)),
  appraise: (provider) => provider.appraise(boat),
  check: (provider) => provider.check(boat),
  quote: (provider) => provider.quote(boat),
  encode: (provider) => provider.encode?.(boat),
  submit: (provider) =>
    // Of unknown price, so a guard has its say first; what it asks is enough.
    Promise.resolve(provider.submit(boat)).catch(() => undefined),
  get: (provider) => provider.get(handle(0)),
  getMany: (provider) => provider.getMany?.([handle(0)]),
  cancel: (provider) => provider.cancel?.(handle(0)),
  follow: (provider) => provider.follow?.(handle(0)),
  makers: (provider) => provider.makers?.(boat),
  find: (provider) => provider.find?.({ ...handle(0), startedAt: 0 } as unknown as Submission),
  known: (provider) => provider.known?.(boat, { idempotencyKey: 'order-1' }),
  buysAgain: (provider) => provider.buysAgain?.(ended),
  noteStored: (provider) => provider.noteStored?.(handle(0), { state: 'done' }),
  see: (provider) => provider.see?.(task('running', handle(0))),
}
const optional = [
  'encode',
  'getMany',
  'cancel',
  'follow',
  'makers',
  'find',
  'known',
  'buysAgain',
  'noteStored',
  'see',
] as const
/** Members that a journal brings along, whatever it is around, and those that a choice among several answers itself. */
const brought: Readonly<Record<string, readonly string[]>> = {
  guard: ['see'],
  govern: ['see'],
  journaled: ['known', 'buysAgain', 'noteStored', 'see'],
  failover: ['buysAgain', 'makers'],
  cheapest: ['buysAgain', 'makers'],
}
const methods = Object.entries(asked).filter(([, ask]) => ask !== 'data')

/** A provider with every member, and which of them were called. */
function whole(): { provider: VideoProvider; called: string[] } {
  const called: string[] = []
  const plain = scripted(createVirtualClock(), [() => task('running', handle(0))])
  const full: VideoProvider = {
    ...plain,
    encode: () => ({ method: 'POST', path: '/clips' }),
    getMany: async (handles) => new Map(handles.map((one) => [one, task('running', one)])),
    cancel: async () => 'requested',
    follow: async () => true,
    makers: () => [],
    find: async () => ({ state: 'not-found-yet' }),
    known: async () => undefined,
    buysAgain: () => true,
    noteStored: async () => undefined,
    see: async () => undefined,
  }
  const counted = Object.entries(full).map(([name, member]) => [
    name,
    typeof member === 'function'
      ? (...args: unknown[]) => {
          called.push(name)
          return (member as (...all: unknown[]) => unknown)(...args)
        }
      : member,
  ])
  return { provider: Object.fromEntries(counted) as VideoProvider, called }
}

describe.each(Object.entries(compositions))('%s', (composition, compose) => {
  it.each(methods)('%s reaches the provider', async (name, ask) => {
    const { provider, called } = whole()
    const composed = compose(provider)
    called.splice(0)
    if (ask !== 'data') await ask(composed)
    // Whose switch it is: a journal's own, not that of one further in.
    if (composition === 'journaled' && name === 'buysAgain') return expect(called).toEqual([])
    const appraising = name === 'submit' || name === 'check' || name === 'quote'
    const expected = new RegExp(`^(${name}${appraising ? '|appraise' : ''})$`)
    expect(
      called.some((one) => expected.test(one)),
      called.join(),
    ).toBe(true)
  })

  it('answers as the provider does', async () => {
    const composed = compose(whole().provider)
    expect(await composed.follow?.(handle(0))).toBe(true)
    expect(await composed.cancel?.(handle(0))).toBe('requested')
  })

  it('has no member that the provider lacks', () => {
    const provider = scripted(createVirtualClock(), [() => task('running', handle(0))])
    const composed = compose(provider)
    for (const member of optional) {
      const type = brought[composition]?.includes(member) ? 'function' : 'undefined'
      expect(typeof composed[member], member).toBe(type)
    }
  })

  it.each(optional)('has %s in a stack of all of them', (member) => {
    const stack = Object.values(compositions).reduce((provider, one) => one(provider), whole().provider)
    expect(compose(stack)[member]).toBeTypeOf('function')
  })
})

describe('failover of one that follows and one that does not', () => {
  const named = (provider: VideoProvider, id: string): VideoProvider => ({
    ...provider,
    id,
    owns: ({ provider: of }) => of === id,
  })
  const rig = () => {
    const { getMany: _list, follow: _none, ...bare } = whole().provider
    return failover([named(whole().provider, 'one'), named(bare, 'two')])
  }

  it('follows what can be followed, and says so of the rest', async () => {
    const of = (provider: string) => ({ ...handle(0), provider })
    expect(await rig().follow?.(of('one'))).toBe(true)
    expect(await rig().follow?.(of('two'))).toBe(false)
  })

  it('tells of every answer as soon as it is there', async () => {
    const told: string[] = []
    const handles = [{ ...handle(0), provider: 'two' }]
    await rig().getMany?.(handles, { onAnswer: ({ provider }) => told.push(provider) })
    expect(told).toEqual(['two'])
  })
})
