import { describe, expect, it } from 'vitest'
import {
  generate,
  guard,
  journaled,
  memoryJournal,
  openPurchases,
  type RecordEntry,
  reconcile,
  resume,
  type SubmitOptions,
  settle,
  usd,
} from '../src/index.ts'
import { purchasesOf, used } from './compose/journaled-support.ts'
import { type Answer, boat, caught, instance, plainSpec, refused, render, type Sent } from './engine.ts'
import { measure, measured, ofCreate, ofStep, path, steppedSpec } from './stepped.ts'

const spec = steppedSpec()
const key = { idempotencyKey: 'order-1' }
const missing = refused(404, 'not_found')

/** Servers that answer the step and the create as told, and know no task. */
const servers =
  (step: () => Answer, create: () => Answer = () => ({ json: render })) =>
  (sent: Sent): Answer =>
    sent.method === 'GET'
      ? sent.url.search === ''
        ? { json: render }
        : missing
      : sent.url.pathname === '/measure'
        ? step()
        : create()

const paid = (sent: readonly Sent[]): readonly string[] =>
  sent.filter(({ method }) => method === 'POST').map(path)

describe('a step before the create', () => {
  it('is in the quote, runs once, and its result is in the create', async () => {
    const { provider, sent } = instance(
      spec,
      servers(() => measured),
    )
    expect(provider.quote(boat)).toMatchObject({ type: 'exact', microUsd: ofStep + ofCreate })
    await provider.submit(boat)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders'])
    expect(provider.encode?.(boat)?.json).toMatchObject({ measured: '<what measure brings>' })
  })

  it('is told to record() as a purchase of its own, at its own price, before the create is', async () => {
    const { provider } = instance(
      spec,
      servers(() => measured),
    )
    const entries: RecordEntry[] = []
    const record = async (entry: RecordEntry): Promise<void> => void entries.push(entry)
    await provider.submit(boat, { ...key, record })
    const short = entries.map((entry) => [
      entry.type,
      entry.submission.step,
      entry.type === 'intent' ? entry.quote : entry.outcome,
    ])
    expect(short).toEqual([
      ['intent', 'measure', expect.objectContaining({ microUsd: ofStep })],
      ['verdict', 'measure', 'accepted'],
      ['intent', undefined, expect.objectContaining({ microUsd: ofCreate })],
      ['verdict', undefined, 'accepted'],
    ])
    expect(entries[1]).toMatchObject({
      result: { value: { measured: 'a boat' }, until: expect.any(Number) },
      cost: { microUsd: ofStep },
    })
    expect(entries[0]?.submission).not.toHaveProperty('externalId')
    expect(new Set(entries.map(({ submission }) => submission.attempt)).size).toBe(2)
  })

  it.each<[string, Answer, string]>([
    ['whose answer is lost', undefined, 'unknown'],
    ['whose answer is a gateway’s', { status: 502, json: {} }, 'unknown'],
    ['whose answer lacks its result', { json: { ok: true } }, 'unknown'],
    ['that is refused as documented', refused(402, 'funds'), 'rejected'],
  ])('%s: nothing else is sent, and it is never sent again', async (_, answer, outcome) => {
    const { provider, sent } = instance(
      spec,
      servers(() => answer),
    )
    const error = await caught(provider.submit(boat, key))
    expect(error.outcome).toBe(outcome)
    expect(error.message).toContain('measure')
    if (outcome === 'unknown') {
      expect(error.code).toBe('ERR_SUBMISSION_UNKNOWN')
      expect(error.submission).toMatchObject({ step: 'measure' })
    }
    expect(sent.map(path)).toEqual(['POST /measure'])
  })

  it('whose result stands against the create: no create, and the error says what was paid', async () => {
    const { provider, sent } = instance(
      spec,
      servers(() => ({ json: { measured: 'nothing' } })),
    )
    const error = await caught(provider.submit(boat, key))
    expect(error).toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'rejected',
      problems: [{ field: 'prompt' }],
    })
    expect(error.message).toContain('charged')
    expect(error.message).not.toContain('nothing was sent')
    expect(paid(sent)).toEqual(['POST /measure'])
  })

  it('what it brought is shown without secrets, and used whole', async () => {
    const key = 'stub-key-0123456789'
    const wrong = {
      field: 'prompt',
      rule: 'one-of',
      message: `There is ${key}.`,
      fix: `Not ${key}.`,
    } as const
    const { provider } = instance(
      after({ steps: [{ ...measure, check: () => [wrong] }] }),
      servers(() => measured),
    )
    const error = await caught(provider.submit(boat))
    expect(error.problems).toMatchObject([{ message: 'There is [redacted].' }])
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(key)
  })

  it('is paid for where the create is refused, and the error does not say otherwise', async () => {
    const { provider } = instance(
      spec,
      servers(
        () => measured,
        () => refused(402, 'funds'),
      ),
    )
    const error = await caught(provider.submit(boat, key))
    expect(error).toMatchObject({ code: 'ERR_FUNDS', outcome: 'rejected' })
    expect(error.message).not.toContain('nothing was charged')
    expect(error.message).toContain('measure before it was done and is charged')
  })

  it('an abort after it says that it was paid for', async () => {
    const stop = new AbortController()
    const reason = new Error('user left')
    const { provider, sent } = instance(
      spec,
      servers(() => measured),
    )
    const record = async (entry: RecordEntry): Promise<void> => {
      if (entry.type === 'verdict') setTimeout(() => stop.abort(reason), 0)
      if (entry.type === 'intent' && !entry.submission.step) await new Promise(() => {})
    }
    const error = await caught(provider.submit(boat, { ...key, record, abortSignal: stop.signal }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'rejected' })
    expect(error.cause).toBe(reason)
    expect(error.message).toContain('measure before it was done and is charged')
    expect(paid(sent)).toEqual(['POST /measure'])
  })

  it('a record() that cannot note its result keeps the create from being sent', async () => {
    const { provider, sent } = instance(
      spec,
      servers(() => measured),
    )
    const record = async (entry: RecordEntry): Promise<void> => {
      if (entry.type === 'verdict') throw new Error('disk full')
    }
    const error = await caught(provider.submit(boat, { ...key, record }))
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'unknown', submission: { step: 'measure' } })
    expect(paid(sent)).toEqual(['POST /measure'])
  })

  const after = (of: Partial<(typeof spec.kinds)[number]>): typeof spec => ({
    ...spec,
    kinds: spec.kinds.map((sold) => ({ ...sold, ...of })),
  })
  const thrown = new TypeError('Bearer secret-0123456789')
  const fail = (): never => {
    throw thrown
  }
  it.each<[string, 'rejected' | 'unknown', typeof spec, SubmitOptions?]>([
    ['its check throws', 'rejected', after({ steps: [{ ...measure, check: fail }] })],
    ['its reader throws', 'unknown', after({ steps: [{ ...measure, read: fail }] })],
    ['the create cannot be written', 'rejected', after({ encode: fail })],
    [
      'record() throws at once for it',
      'unknown',
      spec,
      { record: (entry) => (entry.type === 'verdict' ? fail() : Promise.resolve()) },
    ],
    [
      'record() throws for the create',
      'rejected',
      spec,
      { record: async (entry) => void (entry.submission.step === undefined && fail()) },
    ],
  ])(
    'whatever throws after it is no foreign error, and says what was paid: %s',
    async (_, outcome, of, more) => {
      for (const door of ['submit', 'generate'] as const) {
        const { provider, sent } = instance(
          of,
          servers(() => measured),
        )
        const buying =
          door === 'submit'
            ? provider.submit(boat, { ...key, ...more })
            : generate(provider, boat, { ...key, ...more, deadlineMs: 60_000 })
        const error = await caught(buying)
        expect(error.outcome).toBe(outcome)
        expect(error.message).toContain('charged')
        expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toContain('secret-')
        if (outcome === 'unknown') expect(error.submission).toMatchObject({ step: 'measure' })
        expect(paid(sent)).toEqual(['POST /measure'])
      }
    },
  )

  it('has no part in how a lost create is found', async () => {
    const lost = [undefined, undefined]
    const { provider, sent } = instance(
      spec,
      servers(
        () => measured,
        () => lost.pop(),
      ),
    )
    const error = await caught(provider.submit(boat, key))
    expect(error.submission).not.toHaveProperty('step')
    expect(paid(sent).filter((one) => one === 'POST /measure')).toHaveLength(1)
  })
})

describe('a step in a journal', () => {
  /** A provider under a journal, as each process makes it anew. */
  function shop(answer: (sent: Sent) => Answer, of = spec) {
    const journal = memoryJournal()
    const { provider, sent, clock } = instance(of, answer)
    return { journal, provider: () => journaled(provider, journal), sent, clock }
  }

  /** Stops the process for good at one of its writes: what was begun before stands. */
  const dying = (at: (entry: RecordEntry) => boolean) => ({
    ...key,
    record: async (entry: RecordEntry): Promise<void> => {
      if (at(entry)) await new Promise(() => {})
    },
  })

  it('killed between the step and the create: the next process does not pay it again', async () => {
    const { journal, provider, sent } = shop(servers(() => measured))
    void provider().submit(
      boat,
      dying((entry) => entry.type === 'verdict'),
    )
    await expect.poll(async () => (await purchasesOf(journal))[0]?.state).toBe('bought')
    const { handle } = await provider().submit(boat, key)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders'])
    const purchases = await purchasesOf(journal)
    expect(purchases.map(({ submission, state }) => [submission.step, state])).toEqual([
      ['measure', 'bought'],
      [undefined, 'bought'],
    ])
    expect(await openPurchases(journal)).toMatchObject([{ handle }])
    expect((await provider().submit(boat, key)).handle).toEqual(handle)
  })

  it('killed inside the step: unknown, reported once, never sent again, until it is settled', async () => {
    const { journal, provider, sent, clock } = shop(servers(() => measured))
    void provider().submit(
      boat,
      dying((entry) => entry.type === 'intent'),
    )
    await expect.poll(async () => (await purchasesOf(journal))[0]?.state).toBe('unknown')
    const [open] = await openPurchases(journal)
    await expect(settle(journal, open?.id ?? '', 'created', { clock })).rejects.toThrow('still be under way')
    for (const _ of [1, 2]) {
      const error = await caught(provider().submit(boat, key))
      expect(error).toMatchObject({
        code: 'ERR_SUBMISSION_UNKNOWN',
        outcome: 'unknown',
        submission: { step: 'measure' },
      })
      expect(error.message).toContain('The step measure of the purchase "order-1"')
      expect(error.message).toContain('settle')
    }
    const items = []
    for await (const item of resume(journal, [provider()])) items.push(item)
    expect(items).toMatchObject([{ state: 'unknown', advice: expect.stringContaining('measure') }])
    expect(sent).toEqual([])
    await expect(settle(journal, open?.id ?? '', 'created', { clock, taskId: 'r-1' })).rejects.toThrow(
      'no task',
    )
    await settle(journal, open?.id ?? '', 'created', { clock })
    await provider().submit(boat, key)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders'])
  })

  it('a key whose step is paid for names its request: another one is a conflict', async () => {
    const { journal, provider, sent } = shop(servers(() => measured))
    void provider().submit(
      boat,
      dying((entry) => entry.type === 'verdict'),
    )
    await expect.poll(async () => (await purchasesOf(journal))[0]?.state).toBe('bought')
    const error = await caught(provider().submit({ ...boat, prompt: 'Another boat' }, key))
    expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(paid(sent)).toEqual(['POST /measure'])
  })

  it('a create that is refused may be tried again under the key, on the result that is there', async () => {
    const creates = [{ json: render }, refused(402, 'funds')]
    const { provider, sent } = shop(
      servers(
        () => measured,
        () => creates.pop(),
      ),
    )
    await caught(provider().submit(boat, key))
    await provider().submit(boat, key)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders', 'POST /renders'])
  })

  it('what it brought is used only as long as the provider holds it', async () => {
    const creates = [{ json: render }, refused(402, 'funds')]
    const { provider, sent, clock } = shop(
      servers(
        () => measured,
        () => creates.pop(),
      ),
    )
    await caught(provider().submit(boat, key))
    await clock.sleep(86_400_001)
    await provider().submit(boat, key)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders', 'POST /measure', 'POST /renders'])
  })

  it('two processes at once pay one step and one create', async () => {
    const { provider, sent } = shop(servers(() => measured))
    const tasks = await Promise.all([1, 2, 3].map(() => provider().submit(boat, key)))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders'])
  })

  it('where nothing takes an id of ours it is the same', async () => {
    const { journal, provider, sent } = shop(
      servers(() => measured),
      steppedSpec(plainSpec),
    )
    void provider().submit(
      boat,
      dying((entry) => entry.type === 'verdict'),
    )
    await expect.poll(async () => (await purchasesOf(journal))[0]?.state).toBe('bought')
    const both = await Promise.all([provider().submit(boat, key), provider().submit(boat, key)])
    expect(new Set(both.map(({ id }) => id)).size).toBe(1)
    expect(paid(sent)).toEqual(['POST /measure', 'POST /renders'])
  })

  it('counts in the ledger as quoted, beside the task', async () => {
    const { journal, provider } = shop(servers(() => measured))
    const quote = provider().quote(boat)
    await provider().submit(boat, key)
    const { quotedMicroUsd, groups, drifts } = await reconcile(journal)
    expect(quote).toMatchObject({ microUsd: quotedMicroUsd })
    expect(groups).toMatchObject([{ purchases: 1, billedMicroUsd: ofStep }])
    expect(drifts).toEqual([])
  })
})

describe('a step under a budget', () => {
  function setup(answer: (sent: Sent) => Answer, amount: number) {
    const journal = memoryJournal()
    const { provider, sent } = instance(spec, answer)
    const budget = { amount, windowMs: Number.POSITIVE_INFINITY }
    return { journal, sent, provider: guard(journaled(provider, journal), { budget, journal }) }
  }

  it('is set aside with the create, in one amount', async () => {
    const { provider, sent } = setup(
      servers(() => measured),
      ofCreate,
    )
    expect((await caught(provider.submit(boat))).code).toBe('ERR_BUDGET')
    expect(sent).toEqual([])
    const exactly = setup(
      servers(() => measured),
      ofCreate + ofStep,
    )
    await exactly.provider.submit(boat)
    expect(await used(exactly.journal)).toBe(ofCreate + ofStep)
  })

  it.each<[string, () => Answer, () => Answer, number]>([
    ['refused', () => refused(402, 'funds'), () => undefined, 0],
    ['lost', () => undefined, () => undefined, ofStep],
    ['done, and the create refused', () => measured, () => refused(402, 'funds'), ofStep],
    ['done at less', () => ({ json: { measured: 'x', charged: 0.001 } }), () => refused(402, 'funds'), 1_000],
  ])('%s: what counts is what may have been charged', async (_, step, create, expected) => {
    const { provider, journal } = setup(servers(step, create), usd(1))
    await caught(provider.submit(boat, key))
    expect(await used(journal)).toBe(expected)
  })
})
