import { describe, expect, it } from 'vitest'
import { defineProvider, type ProviderSpec } from '../src/adapter.ts'
import type { AskClaims, ReelayError, SubmitOptions, VideoTask } from '../src/index.ts'
import { boat, caught, forever, type HostClock, instance, keyedSpec, searchedSpec } from './engine.ts'
import { steppedSpec } from './stepped.ts'

const minute = 60_000

/** A task as the list has it: its time as an offset to the submit, by the provider's clock. */
interface Listed {
  readonly id?: string
  readonly at?: number | undefined
  readonly input?: object | undefined
}

const input = { model: 'kling-v3', prompt: boat.prompt, seconds: boat.duration ?? 5 }
const other = { ...input, prompt: 'Anything else' }

interface Reply {
  readonly renders?: readonly (Listed & { readonly id: string })[]
}

const search = searchedSpec.search as NonNullable<ProviderSpec['search']>
/** The fake of the contract, with times in its list. */
const timed: ProviderSpec = {
  ...searchedSpec,
  search: {
    ...search,
    slackMs: 5_000,
    rows: ({ body }) =>
      (body as Reply).renders?.map(({ id, at, input: echoed }) => ({
        task: { id, status: 'rendering', createdAt: at, raw: {} },
        ...(echoed && { echoed }),
      })),
  },
}

interface Setting {
  readonly sole?: boolean
  readonly skewMs?: number
  /** Whether the provider's replies say what time it is. */
  readonly dated?: boolean
  readonly claimed?: AskClaims
  readonly options?: SubmitOptions
}

/** What a submit comes to whose answer is lost, while the account's list holds these tasks. */
async function lost(rows: readonly Listed[], setting: Setting = {}): Promise<VideoTask | ReelayError> {
  const { sole, skewMs = 0, dated = true, claimed, options } = setting
  let startedAt = 0
  const answer = ({ method }: { method: string }, _number: number, clock: HostClock & { now(): number }) => {
    if (method === 'POST') {
      startedAt = clock.now()
      return undefined
    }
    const renders = rows.map(({ id = 'r-1', at = 0, input: echoed }) => ({
      id,
      at: startedAt + skewMs + at,
      input: echoed,
    }))
    const headers = dated ? { date: new Date(clock.now() + skewMs).toUTCString() } : {}
    return { json: { renders }, headers }
  }
  const { provider } = instance(timed, answer, { soleSubmitter: sole })
  return provider.submit(boat, { ...options, claimed }).catch((thrown) => thrown)
}

const mine: Listed = { input, at: 1_000 }
const unknown = { code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' }
const named = (...ids: string[]) => ({ ...unknown, candidates: ids.map((id) => ({ id, status: 'running' })) })

describe('a search by input adopts', () => {
  it('the one task with our input, made when ours was', async () => {
    expect(await lost([mine, { id: 'r-2', at: 0, input: other }])).toMatchObject({ id: 'r-1' })
  })

  it.each([-14 * minute, 14 * minute])('by the provider’s clock, which is %i ms ahead', async (skewMs) => {
    expect(await lost([mine], { skewMs })).toMatchObject({ id: 'r-1' })
    const equal = { id: 'old', input, at: -minute }
    expect(await lost([mine, equal], { skewMs })).toMatchObject({ id: 'r-1' })
    expect(await lost([equal], { skewMs })).not.toHaveProperty('candidates')
  })
})

describe('it adopts nothing, and names what may be ours', () => {
  it.each<[string, readonly Listed[], readonly string[]]>([
    ['two are alike', [mine, { ...mine, id: 'r-2' }], ['r-1', 'r-2']],
    ['one lacks its input', [mine, { id: 'bare', at: 0 }], ['r-1', 'bare']],
    ['the only one lacks its input', [{ id: 'bare', at: 0 }], ['bare']],
    ['no address can carry its id', [{ ...mine, id: '..' }], ['..']],
  ])('%s', async (_name, rows, ids) => {
    expect(await lost(rows)).toMatchObject(named(...ids))
  })

  it.each<[string, number]>([
    ['before ours was sent', -5_001],
    ['an hour after it', 60 * minute],
  ])('not even that, where one was made %s', async (_name, at) => {
    const error = await lost([{ ...mine, at }])
    expect(error).toMatchObject(unknown)
    if (at < 0) expect(error).not.toHaveProperty('candidates')
  })

  it('its time is still to come, or there is none', async () => {
    expect(await lost([{ ...mine, at: 10 * minute }])).toMatchObject(named('r-1'))
    const timeless: ProviderSpec = {
      ...timed,
      search: {
        ...search,
        rows: () => [{ task: { id: 'r-1', status: 'rendering', raw: {} }, echoed: input }],
      },
    }
    const { provider } = instance(timeless, ({ method }) => (method === 'POST' ? undefined : { json: {} }))
    expect(await caught(provider.submit(boat))).toMatchObject(named('r-1'))
  })

  it('while the provider has not said what time it is, one near the window is in the way', async () => {
    const near = { id: 'near', input, at: -10 * minute }
    expect(await lost([mine], { dated: false })).toMatchObject({ id: 'r-1' })
    expect(await lost([mine, near], { dated: false })).toMatchObject(named('r-1', 'near'))
    expect(await lost([mine, { ...near, at: -20 * minute }], { dated: false })).toMatchObject({ id: 'r-1' })
  })

  it('somebody else may buy the same on the account', async () => {
    const error = await lost([mine], { sole: false })
    expect(error).toMatchObject(named('r-1'))
    expect((error as ReelayError).message).toMatch(/may be r-1 \(running\).*soleSubmitter: true/s)
    expect(JSON.parse(JSON.stringify(error)).candidates).toEqual([
      { id: 'r-1', createdAt: expect.any(Number), status: 'running' },
    ])
  })

  it('there are hundreds of them: the nearest twenty are named', async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ ...mine, id: `r-${n}`, at: n * 1_000 - 4_000 }))
    const error = (await lost(many, { sole: false })) as ReelayError
    expect(error.candidates).toHaveLength(20)
    expect(error.candidates?.[0]?.id).toBe('r-4')
    expect(error.message).toMatch(/and 17 more/)
  })
})

describe('the journal', () => {
  it('is asked about all of them, after they were read, and only then is one adopted', async () => {
    const asked: unknown[] = []
    const claimed: AskClaims = async (ids, fingerprint, submission) => {
      asked.push([ids, fingerprint === submission.fingerprint, submission.idempotencyKey])
      return { claimed: ['r-2', 'bare'], rivals: false }
    }
    const rows = [mine, { ...mine, id: 'r-2' }, { id: 'bare', at: 0 }]
    const options = { idempotencyKey: 'order-77' }
    expect(await lost(rows, { claimed, options })).toMatchObject({ id: 'r-1' })
    expect(asked).toEqual([[['r-1', 'r-2', 'bare'], true, 'order-77']])
  })

  it('has another purchase of it, or one that may be its own', async () => {
    expect(await lost([mine], { claimed: async (claimed) => ({ claimed, rivals: false }) })).toMatchObject(
      unknown,
    )
    const rivals: AskClaims = async () => ({ claimed: [], rivals: true })
    expect(await lost([mine], { claimed: rivals })).toMatchObject(named('r-1'))
  })

  it('cannot be read: nothing is adopted, and find says why', async () => {
    const full = new Error('the disk is full')
    const claimed = () => Promise.reject(full)
    const error = (await lost([mine], { claimed })) as ReelayError
    expect(error).toMatchObject(unknown)
    const { provider } = instance(timed, () => ({
      json: { renders: [{ id: 'r-1', input, at: error.submission?.startedAt }] },
    }))
    const submission = error.submission ?? expect.fail('no submission')
    const why = await caught(provider.find?.(submission, { claimed }) ?? forever())
    expect(why).toMatchObject({ code: 'ERR_CONFIG', outcome: 'unknown', submission, cause: full })
  })

  it('hangs: an abort ends the search, and nothing is adopted', async () => {
    const stop = new AbortController()
    const claimed = () => {
      queueMicrotask(() => stop.abort(new Error('user left')))
      return forever()
    }
    const options = { abortSignal: stop.signal }
    const error = await lost([mine], { claimed, options })
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'unknown', submission: {} })
  })
})

describe('what an instance remembers by itself', () => {
  it('is bounded, and what it may have forgotten is not adopted without a journal', async () => {
    let startedAt = 0
    let n = 0
    const { provider, clock } = instance(timed, ({ method }, _number, host) => {
      if (method === 'POST') {
        n += 1
        if (n > 1) return { json: { id: `r-${n}`, state: 'rendering' } }
        startedAt = host.now()
        return undefined
      }
      const renders = n > 1 ? [{ id: 'r-2', input, at: startedAt }] : []
      return { json: { renders } }
    })
    const { submission = expect.fail() } = await caught(provider.submit(boat))
    for (let i = 0; i < 1_200; i++) await provider.submit({ ...boat, prompt: `boat ${i}` })
    await clock.sleep(minute)
    const named = { state: 'not-found-yet', candidates: [{ id: 'r-2' }] }
    expect(await provider.find?.(submission)).toMatchObject(named)
    const claimed: AskClaims = async () => ({ claimed: [], rivals: false })
    expect(await provider.find?.(submission, { claimed })).toMatchObject({ state: 'found' })
  })
})

describe('a spec that needs a part', () => {
  const { list } = keyedSpec
  const listing = { ...keyedSpec, ...(list && { list: { ...list, history: true } }) } as ProviderSpec
  it.each([
    ['searchByInput', searchedSpec],
    ['readHistory', listing],
    ['takeSteps', steppedSpec()],
  ])('%s is refused without it, before there is a provider to buy at', (part, spec) => {
    expect(() => defineProvider(spec)).toThrow(`defineProvider(spec, { ${part} })`)
  })
})
