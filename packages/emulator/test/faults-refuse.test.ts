import { describe, expect, it } from 'vitest'
import {
  createEmulator,
  demoCredentials,
  type FaultOn,
  type ProviderId,
  type RefusalMeaning,
} from '../src/index.ts'
import { createRig, keyHeaders, T2V, validBody } from './kling/rig.ts'

interface Call {
  readonly url: string
  readonly init: RequestInit
}

const json = 'application/json'
const prompt = 'A paper boat'
const post = (url: string, authorization: Record<string, string>, body: unknown): Call => ({
  url,
  init: { method: 'POST', headers: { 'content-type': json, ...authorization }, body: JSON.stringify(body) },
})

const fal = { authorization: `Key ${demoCredentials.fal.key}` }
const replicate = { authorization: `Bearer ${demoCredentials.replicate.apiToken}` }
const piapi = { 'x-api-key': demoCredentials.piapi.apiKey }

/** A valid create at each provider. */
const calls: Readonly<Record<ProviderId, Call>> = {
  kling: post(T2V, keyHeaders, validBody),
  piapi: post('https://api.piapi.ai/api/v1/task', piapi, {
    model: 'kling',
    task_type: 'video_generation',
    input: { prompt, version: '2.6' },
  }),
  fal: post('https://queue.fal.run/fal-ai/kling-video/v2.5-turbo/pro/text-to-video', fal, { prompt }),
  replicate: post('https://api.replicate.com/v1/models/kwaivgi/kling-v2.6/predictions', replicate, {
    input: { prompt },
  }),
}
/** Status and the words that tell a refusal, by the dossiers: `data.code` at Kling and PiAPI, else the text. */
const table: readonly (readonly [ProviderId, RefusalMeaning, number, RegExp])[] = [
  ['kling', 'unauthorized', 401, /"code":1002/],
  ['kling', 'forbidden', 403, /"code":1103/],
  ['kling', 'locked', 429, /"code":1101/],
  ['kling', 'funds', 429, /"code":1102.*balance not enough/],
  ['kling', 'invalid', 400, /"code":1201/],
  ['kling', 'content', 400, /"code":1301/],
  ['kling', 'not-found', 400, /"code":1201.*Task not found/],
  ['kling', 'rate', 429, /"code":1302/],
  ['kling', 'concurrency', 429, /"code":1303.*parallel task/],
  ['kling', 'unavailable', 503, /"code":5001/],
  ['kling', 'internal', 500, /"code":5000/],
  ['kling', 'timeout', 504, /"code":5002/],
  ['piapi', 'unauthorized', 401, /"code":401/],
  ['piapi', 'forbidden', 403, /"code":403/],
  ['piapi', 'funds', 402, /"code":402.*insufficient credits/],
  ['piapi', 'invalid', 400, /"code":400/],
  ['piapi', 'content', 400, /failed to create task/],
  ['piapi', 'not-found', 404, /"code":404/],
  ['piapi', 'rate', 429, /"code":429/],
  ['piapi', 'concurrency', 429, /"code":429/],
  ['piapi', 'too-large', 400, /too large/],
  ['piapi', 'internal', 500, /service busy/],
  ['fal', 'unauthorized', 401, /invalid key credentials/],
  ['fal', 'locked', 403, /User is locked. Reason: Admin lock/],
  ['fal', 'funds', 403, /User is locked. Reason: Exhausted balance/],
  ['fal', 'not-found', 404, /NOT_FOUND/],
  ['fal', 'concurrency', 429, /concurrent_requests_limit/],
  ['fal', 'unavailable', 503, /runner_scheduling_failure/],
  ['fal', 'internal', 500, /internal_error/],
  ['fal', 'timeout', 504, /request_timeout/],
  ['replicate', 'unauthorized', 401, /Authentication required/],
  ['replicate', 'funds', 402, /Insufficient credit/],
  ['replicate', 'invalid', 422, /invalid_fields/],
  ['replicate', 'not-found', 404, /Not found/],
  ['replicate', 'rate', 429, /rate limit resets in ~30s/],
  ['replicate', 'too-large', 413, /less than 100MB/],
  ['replicate', 'unavailable', 503, /Internal server error/],
  ['replicate', 'internal', 500, /Internal server error/],
]

describe('a refusal by its meaning', () => {
  it.each(table)('%s refuses with its own words for %s', async (provider, as, status, words) => {
    const emulator = createEmulator({ speed: 0, seed: 42 })
    const fault = emulator.control.fault({ on: 'create', kind: 'refuse', as, provider })
    const { url, init } = calls[provider]

    const refused = await emulator.fetch(url, init)

    expect(refused.status).toBe(status)
    expect(await refused.text()).toMatch(words)
    expect(fault.hits).toBe(1)
    expect(emulator.control.ledger()).toHaveLength(0)
    expect(emulator.control.requests()[0]).toMatchObject({ provider, fault: 'refuse', status })
    expect((await emulator.fetch(url, init)).ok).toBe(true)
  })

  it.each<[RefusalMeaning, string]>([
    ['content', 'content_policy_violation'],
    ['invalid', 'missing'],
  ])('lets fal refuse for %s where its model speaks, and never at submit', async (as, type) => {
    const { fetch, control } = createEmulator({ speed: 0, seed: 42 })
    const fault = control.fault({ on: 'any', kind: 'refuse', as, provider: 'fal' })
    const submitted = await fetch(calls.fal.url, calls.fal.init)
    expect(submitted.status).toBe(200)
    expect(fault.hits).toBe(0)
    control.advance(600_000)

    const { response_url } = await submitted.json()
    const result = await fetch(response_url, { headers: fal })

    expect(result.status).toBe(422)
    expect(await result.json()).toMatchObject({ detail: [{ type }] })
    expect(fault.hits).toBe(1)
  })

  it('may come after the work was done and charged, with headers of its own', async () => {
    const { control, post: send } = createRig()
    const headers = { 'retry-after': '7' }
    control.fault({ on: 'create', kind: 'refuse', as: 'internal', created: true, headers })

    const { status, body, headers: sent } = await send(T2V, validBody)

    expect([status, body.code, sent.get('retry-after')]).toEqual([500, 5000, '7'])
    expect(control.ledger()).toHaveLength(1)
  })

  it('comes from the relay in the form of the relay', async () => {
    const { fetch, control, providers } = createEmulator({ speed: 0, seed: 42 })
    const { relay } = providers('http://emulator.test').kling
    control.fault({ on: 'create', kind: 'refuse', as: 'funds' })

    const { url, init } = post(
      `${relay?.baseURL}/v1/videos/text2video`,
      { authorization: `Bearer ${relay?.apiKey}` },
      validBody,
    )
    const refused = await fetch(url, init)

    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'insufficient_user_quota' }])
  })

  it.each<[ProviderId | undefined, RefusalMeaning]>([
    ['replicate', 'concurrency'],
    ['fal', 'rate'],
    ['kling', 'too-large'],
  ])('is an error where %s is never known to refuse for %s', (provider, as) => {
    const on: FaultOn = 'create'
    const { control } = createEmulator()
    expect(() => control.fault({ on, kind: 'refuse', as, ...(provider && { provider }) })).toThrow(
      `no emulated provider asked for refuses with '${as}'; what they refuse with is ${provider}: unauthorized`,
    )
  })
})
