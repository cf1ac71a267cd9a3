import { describe, expect, it } from 'vitest'
import { createRig, KLING, keyHeaders, prompt, REST, T2V } from './rig.ts'

const fal = { provider: 'fal' } as const

describe('content', () => {
  it('is refused while it runs, in the shape recorded', async () => {
    const { status, body } = await createRig().finish(T2V, { prompt: 'a FORBIDDEN-sync thing' })
    expect(status).toBe(422)
    expect(body.detail).toHaveLength(1)
    expect(body.detail[0]).toMatchObject({ loc: ['body'], type: 'content_policy_violation' })
    expect(body.detail[0]).not.toHaveProperty('input')
  })

  it('is read in every prompt, by words and by a judge of the caller', async () => {
    const rig = createRig({ contentFilter: { words: ['blood'], judge: (text) => text !== 'no' } })
    expect((await rig.finish(T2V, { prompt, negative_prompt: 'blood' })).status).toBe(422)
    const multi_prompt = [{ prompt: 'fine' }, { prompt: 'Blood' }]
    expect((await rig.finish(`${KLING}/v3/pro/text-to-video`, { multi_prompt })).status).toBe(422)
    expect((await rig.finish(T2V, { prompt: 'no', negative_prompt: null })).status).toBe(422)
    expect((await rig.finish(T2V, { prompt: 'forbidden' })).status).toBe(200)
  })
})

describe('ordered failures', () => {
  it.each([
    [undefined, 422, 'content_policy_violation', undefined],
    ['any other words', 422, 'content_policy_violation', undefined],
    ['downstream_service_error', 500, 'downstream_service_error', undefined],
    ['generation_timeout', 504, 'generation_timeout', undefined],
    ['no_media_generated', 422, 'no_media_generated', undefined],
    ['runner_disconnected', 503, undefined, 'runner_disconnected'],
    ['runner_incomplete_response', 502, undefined, 'runner_incomplete_response'],
    ['request_timeout', 504, undefined, 'request_timeout'],
  ])('failNext %s: %i', async (message, status, type, errorType) => {
    const rig = createRig()
    rig.control.failNext({ ...fal, ...(message === undefined ? {} : { message }) })
    const answer = await rig.finish()
    expect(answer.status).toBe(status)
    expect(answer.body.detail[0].type).toBe(type)
    expect(answer.body.error_type).toBe(errorType)
    expect(answer.headers.get('x-fal-error-type')).toBe(errorType ?? null)
    expect(answer.headers.get('x-fal-needs-retry')).toBe(status === 422 ? '0' : '1')
    expect(answer.headers.has('x-fal-request-timeout-type')).toBe(false)
    expect(rig.control.ledger()).toMatchObject([{ refunded: true }])
    expect((await rig.finish()).status).toBe(200)
  })

  it.each([
    ['platform', undefined, 'request_timeout'],
    ['always', 'downstream_service_error', 'request_timeout'],
    ['never', undefined, undefined],
  ] as const)('statusError %s decides what a status tells', async (statusError, model, platform) => {
    const rig = createRig({ statusError })
    const told = async (message: string): Promise<unknown> => {
      rig.control.failNext({ ...fal, message })
      const id = await rig.create()
      rig.control.advance(600_000)
      const { body } = await rig.status(id)
      expect(body.status).toBe('COMPLETED')
      expect('error' in body).toBe('error_type' in body)
      return body.error_type
    }
    expect(await told('downstream_service_error')).toBe(model)
    expect(await told('request_timeout')).toBe(platform)
    const fine = await rig.create()
    rig.control.advance(600_000)
    expect((await rig.status(fine)).body).not.toHaveProperty('error')
  })
})

describe('the start deadline', () => {
  const withTimeout = (seconds: string): { headers: Record<string, string> } => ({
    headers: { ...keyHeaders, 'x-fal-request-timeout': seconds },
  })

  it('passes in the queue, not while running', async () => {
    const rig = createRig()
    const late = (await rig.submit(T2V, { prompt }, withTimeout('2.5'))).body.request_id
    const intime = (await rig.submit(T2V, { prompt }, withTimeout('3'))).body.request_id
    rig.control.advance(600_000)
    const { status, headers, body } = await rig.result(late)
    expect([status, body.error_type]).toEqual([504, 'request_timeout'])
    expect(headers.get('x-fal-request-timeout-type')).toBe('user')
    expect((await rig.status(late)).body).toMatchObject({
      status: 'COMPLETED',
      metrics: { inference_time: null },
    })
    expect((await rig.result(intime)).status).toBe(200)
    expect(rig.control.ledger().map(({ refunded }) => refunded)).toEqual([true, false])
  })

  it('has to be a number of seconds', async () => {
    const rig = createRig()
    for (const wrong of ['soon', '0', '0.1', '-3']) {
      expect((await rig.submit(T2V, { prompt }, withTimeout(wrong))).status).toBe(400)
    }
    expect(rig.control.ledger()).toEqual([])
  })
})

describe('a locked account', () => {
  it('is refused everything until it is unlocked, while its request goes on', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.setLocked(true, fal)
    const refusals = [await rig.submit(), await rig.status(id), await rig.result(id), await rig.cancel(id)]
    for (const { status, body } of refusals) {
      expect(status).toBe(403)
      expect(body.detail).toMatch(/^User is locked\. Reason: Exhausted balance\./)
    }
    rig.control.setLocked('TOP_UP.', fal)
    expect((await rig.submit()).body.detail).toBe('User is locked. Reason: TOP_UP.')
    rig.control.advance(600_000)
    rig.control.setLocked(false, fal)
    expect((await rig.result(id)).status).toBe(200)
    expect(rig.control.ledger()).toHaveLength(1)
    expect(() => rig.control.setLocked(true, { provider: 'kling' })).toThrow(/no account lock/)
  })

  it('without credit may read but not submit or upload', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.setBalance(0, fal)
    expect((await rig.submit()).status).toBe(403)
    const upload = { method: 'POST', headers: keyHeaders, body: '{}' }
    expect((await rig.send(`${REST}/storage/upload/initiate`, upload)).status).toBe(403)
    expect((await rig.status(id)).status).toBe(202)
  })
})

describe('forced states', () => {
  it('hold a request where it is, or end it', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.forceStatus(id, 'IN_QUEUE')
    rig.control.advance(600_000)
    expect((await rig.status(id)).body.status).toBe('IN_QUEUE')
    rig.control.forceStatus(id, 'IN_PROGRESS')
    rig.control.advance(600_000)
    expect((await rig.status(id)).body.status).toBe('IN_PROGRESS')
    rig.control.forceStatus(id, 'COMPLETED')
    expect((await rig.result(id)).status).toBe(200)
    rig.control.forceStatus(id, 'COMPLETED', 'downstream_service_error')
    expect((await rig.result(id)).status).toBe(500)
    rig.control.forceStatus(id, 'COMPLETED')
    expect((await rig.result(id)).status).toBe(200)
    expect(() => rig.control.forceStatus(id, 'FAILED')).toThrow(/no status 'FAILED'/)
  })
})
