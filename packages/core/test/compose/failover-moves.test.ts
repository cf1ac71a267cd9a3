import { describe, expect, it } from 'vitest'
import { problem } from '../../src/adapter.ts'
import {
  curable,
  type ErrorCode,
  type FailoverPolicy,
  failover,
  type Outcome,
  ReelayError,
} from '../../src/index.ts'
import { leaf, request, submissionOf, thrown } from './failover-leaves.ts'

const codes = Object.keys({
  ERR_CONFIG: 1,
  ERR_AUTH: 1,
  ERR_FUNDS: 1,
  ERR_FORBIDDEN: 1,
  ERR_INVALID_REQUEST: 1,
  ERR_UNSUPPORTED: 1,
  ERR_CONTENT: 1,
  ERR_RATE_LIMIT: 1,
  ERR_CONCURRENCY: 1,
  ERR_NOT_FOUND: 1,
  ERR_UNAVAILABLE: 1,
  ERR_NETWORK: 1,
  ERR_TIMEOUT: 1,
  ERR_ABORTED: 1,
  ERR_UNEXPECTED_REPLY: 1,
  ERR_UNKNOWN_STATUS: 1,
  ERR_SUBMISSION_UNKNOWN: 1,
  ERR_BUDGET: 1,
  ERR_DECLINED: 1,
  ERR_TASK_FAILED: 1,
  ERR_DOWNLOAD: 1,
  ERR_WEBHOOK: 1,
} satisfies Record<ErrorCode, 1>) as ErrorCode[]
const outcomes: readonly Outcome[] = ['none', 'rejected', 'unknown', 'accepted']
const table = codes.flatMap((code) => outcomes.map((outcome) => [code, outcome] as const))

describe('every code with every outcome', () => {
  it.each(table)('%s, %s', async (code, outcome) => {
    const [first, second] = [leaf('a', [[code, outcome]]), leaf('b', ['task'])]
    const result = failover([first, second]).submit(request)
    const free = outcome === 'none' || outcome === 'rejected'
    if (free && curable.includes(code)) {
      const task = await result
      expect(task.handle.provider).toBe('b')
      expect(task.attempts).toMatchObject([
        { provider: 'a', account: 'default', code, outcome },
        { provider: 'b', outcome: 'accepted', handle: task.handle },
      ])
    } else {
      const error = await thrown(result)
      expect(error).toMatchObject({
        code,
        outcome,
        provider: 'a',
        attempts: [{ provider: 'a', code, outcome }],
      })
      expect(error.message).toBe(`a says ${code}.`)
      if (outcome === 'unknown') expect(error.submission).toEqual(submissionOf('a'))
      if (outcome === 'accepted') expect(error.handle?.provider).toBe('a')
      expect(second.submits).toHaveLength(0)
    }
    expect(first.submits).toHaveLength(1)
  })
})

describe('what the policy may change', () => {
  const cases: readonly [FailoverPolicy, ErrorCode, Outcome, boolean][] = [
    [{ onContent: 'move-on' }, 'ERR_CONTENT', 'rejected', true],
    [{ onContent: 'move-on' }, 'ERR_CONTENT', 'unknown', false],
    [{ onInvalid: 'move-on' }, 'ERR_INVALID_REQUEST', 'rejected', true],
    [{ onInvalid: 'move-on' }, 'ERR_CONTENT', 'rejected', false],
    [{ moveOn: ['ERR_AUTH'] }, 'ERR_FUNDS', 'rejected', false],
    [{ moveOn: ['ERR_NOT_FOUND'] }, 'ERR_NOT_FOUND', 'rejected', true],
    [{ moveOn: codes }, 'ERR_AUTH', 'unknown', false],
    [{ moveOn: codes }, 'ERR_AUTH', 'accepted', false],
    [{ moveOn: codes }, 'ERR_ABORTED', 'rejected', false],
    [{ onUnknown: 'risk-paying-twice' }, 'ERR_SUBMISSION_UNKNOWN', 'unknown', true],
    [{ onUnknown: 'risk-paying-twice' }, 'ERR_ABORTED', 'unknown', false],
  ]
  it.each(cases)('%j: %s, %s', async (policy, code, outcome, moves) => {
    const second = leaf('b', ['task'])
    const result = failover([leaf('a', [[code, outcome]]), second], policy).submit(request)
    if (moves) expect((await result).handle.provider).toBe('b')
    else expect((await thrown(result)).outcome).toBe(outcome)
    expect(second.submits).toHaveLength(moves ? 1 : 0)
  })

  it('a leaf that finds only while submitting that it cannot serve is left like one whose check() says so', async () => {
    const problems = [problem('startImage', 'media-size', 'It is too large.', 'Use a smaller one.')]
    const late = async (): Promise<never> => {
      throw new ReelayError('ERR_INVALID_REQUEST', 'a cannot.', { outcome: 'none', problems })
    }
    const task = await failover([leaf('a', [late]), leaf('b', ['task'])]).submit(request)
    expect(task.attempts).toMatchObject([{ provider: 'a', outcome: 'none' }, { provider: 'b' }])
  })

  it('an open verdict is not covered up by a later clear one', async () => {
    const leaves = [leaf('a', [['ERR_SUBMISSION_UNKNOWN', 'unknown']]), leaf('b', [['ERR_AUTH', 'rejected']])]
    const error = await thrown(failover(leaves, { onUnknown: 'risk-paying-twice' }).submit(request))
    expect(error).toMatchObject({ provider: 'a', outcome: 'unknown', submission: submissionOf('a') })
    expect(error.attempts).toHaveLength(2)
  })
})

describe('a task that has failed when submit returns', () => {
  const free = { catalog: { freeFailures: { source: 'made up', asOf: '2026-11-24' } } }
  const ask = { onFailedTask: 'move-on-if-free' } as const
  const flagged = { reason: 'content', message: 'A duck.', retryable: false } as const
  const partly = {
    catalog: { freeFailures: { ...free.catalog.freeFailures, reasons: ['internal'] } },
  } as const

  it.each([
    ['is returned unless the policy asks', {}, free, false],
    ['is returned where nobody documents it as free', ask, {}, false],
    ['is left for the next leaf where it is free', ask, free, true],
    ['is left where its reason is among the free ones', ask, partly, true],
    [
      'is returned where its reason is not',
      ask,
      { ...partly, failure: { ...flagged, reason: 'input' } },
      false,
    ],
    ['is returned when content stops', ask, { ...free, failure: flagged }, false],
    [
      'moves on for content when asked',
      { ...ask, onContent: 'move-on' },
      { ...free, failure: flagged },
      true,
    ],
  ] as const)('%s', async (_name, policy, options, moves) => {
    const second = leaf('b', ['task'])
    const task = await failover([leaf('a', ['failed'], options), second], policy).submit(request)
    expect([task.handle.provider, second.submits.length]).toEqual(moves ? ['b', 1] : ['a', 0])
    if (moves)
      expect(task.attempts).toMatchObject([
        { code: 'ERR_TASK_FAILED', outcome: 'accepted' },
        { provider: 'b' },
      ])
  })

  it('comes back, with the trail, when nobody else takes the request', async () => {
    const leaves = [leaf('a', ['failed'], free), leaf('b', [['ERR_FUNDS', 'rejected']])]
    const task = await failover(leaves, ask).submit(request)
    expect(task).toMatchObject({ status: 'failed', attempts: [{ provider: 'a' }, { code: 'ERR_FUNDS' }] })
  })
})

describe('the trail', () => {
  it('is on the error of the last leaf, one line for each, with the outcome of all', async () => {
    const error = await thrown(
      failover([
        leaf('a', [['ERR_RATE_LIMIT', 'rejected']]),
        leaf('b', [['ERR_FUNDS', 'rejected']], { account: 'studio' }),
        leaf('c', [['ERR_CONFIG', 'none']]),
      ]).submit(request),
    )
    expect(error).toMatchObject({ code: 'ERR_CONFIG', provider: 'c', outcome: 'rejected' })
    expect(error.message.split('\n')).toEqual([
      'c says ERR_CONFIG.',
      'Tried in this order:',
      '  a (default): ERR_RATE_LIMIT, rejected. a says ERR_RATE_LIMIT.',
      '  b (studio): ERR_FUNDS, rejected. b says ERR_FUNDS.',
      '  c (default): ERR_CONFIG, none. c says ERR_CONFIG.',
    ])
    expect(error.stack).toContain(error.message)
    expect(JSON.parse(JSON.stringify(error)).attempts).toHaveLength(3)
  })

  it('is flat when a failover is among the leaves', async () => {
    const inner = failover([leaf('a', [['ERR_AUTH', 'rejected']]), leaf('b', [['ERR_FUNDS', 'rejected']])])
    const task = await failover([inner, leaf('c', ['task'])]).submit(request)
    expect(task.attempts?.map(({ provider }) => provider)).toEqual(['a', 'b', 'c'])
    const error = await thrown(failover([leaf('c', [['ERR_AUTH', 'rejected']]), inner]).submit(request))
    expect(error.message.match(/Tried in this order/g)).toHaveLength(1)
  })

  it('stays on the task while its handle is at hand', async () => {
    const provider = failover([leaf('a', [['ERR_AUTH', 'rejected']]), leaf('b', ['task'])])
    const { handle, attempts } = await provider.submit(request)
    expect((await provider.get(handle)).attempts).toEqual(attempts)
    const stored = JSON.parse(JSON.stringify(handle))
    expect((await provider.get(stored)).attempts).toBeUndefined()
  })

  it('tells when, and at what price', async () => {
    const task = await failover([leaf('a', ['task'], { usd: 350_000 })]).submit(request)
    const [attempt] = task.attempts ?? []
    expect(attempt).toMatchObject({
      at: task.handle.submittedAt,
      quote: { type: 'exact', microUsd: 350_000 },
    })
  })

  it('uses one key for all attempts of a submit, and another for the next submit', async () => {
    const [first, second] = [leaf('a', [['ERR_AUTH', 'rejected']]), leaf('b', ['task'])]
    const provider = failover([first, second])
    await provider.submit(request)
    await provider.submit(request, { idempotencyKey: 'order-7' })
    await provider.submit(request)
    const keys = [first, second].map(({ submits }) => submits.map(({ options }) => options.idempotencyKey))
    expect(keys[0]).toEqual(keys[1])
    expect(keys[0]?.[1]).toBe('order-7')
    expect(new Set(keys[0]).size).toBe(3)
  })
})

describe('an abort between two leaves', () => {
  const reason = new Error('the user went home')
  const refuseAfterAbort = (controller: AbortController, outcome: Outcome) => async (): Promise<never> => {
    controller.abort(reason)
    return leaf('a', [['ERR_UNAVAILABLE', outcome]]).submit(request) as Promise<never>
  }

  it('rethrows its reason while no paid request has left', async () => {
    const controller = new AbortController()
    const second = leaf('b', ['task'])
    const provider = failover([leaf('a', [refuseAfterAbort(controller, 'none')]), second])
    await expect(provider.submit(request, { abortSignal: controller.signal })).rejects.toBe(reason)
    expect(second.submits).toHaveLength(0)
  })

  it('is ERR_ABORTED with the reason and the outcome afterwards', async () => {
    const controller = new AbortController()
    const second = leaf('b', ['task'])
    const provider = failover([leaf('a', [refuseAfterAbort(controller, 'rejected')]), second])
    const error = await thrown(provider.submit(request, { abortSignal: controller.signal }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'rejected', attempts: [{ provider: 'a' }] })
    expect(error.cause).toBe(reason)
    expect(second.submits).toHaveLength(0)
  })

  it('is the same when the next leaf notices it before sending', async () => {
    const controller = new AbortController()
    const notices = async (): Promise<never> => {
      controller.abort(reason)
      throw reason
    }
    const provider = failover([leaf('a', [['ERR_AUTH', 'rejected']]), leaf('b', [notices])])
    const error = await thrown(provider.submit(request, { abortSignal: controller.signal }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'rejected', cause: reason })
  })
})
