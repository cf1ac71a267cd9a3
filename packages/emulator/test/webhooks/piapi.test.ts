import { describe, expect, it } from 'vitest'
import { createRig, creates, HOOK, load, MINUTE, ORIGIN, PIAPI_SECRET, piapiHeaders, shape } from './rig.ts'

describe('webhooks of PiAPI', () => {
  it('bring the task as a read shows it, when it has ended', async () => {
    const rig = createRig()
    const id = await creates.piapi(rig)
    await rig.pass(62_999)
    expect(rig.received).toEqual([])
    await rig.pass(1)
    const query = await rig.send(`${ORIGIN}/piapi/api/v1/task/${id}`, { headers: piapiHeaders })
    expect(rig.received.map(({ json, url, method }) => [method, url, json])).toEqual([
      ['POST', HOOK, { timestamp: Math.floor(rig.control.now() / 1000), data: query.body.data }],
    ])
  })

  it('have the documented shape', async () => {
    const rig = createRig()
    await creates.piapi(rig, HOOK, {
      image_url: 'https://assets.example.com/a.jpg',
      version: '2.5',
      mode: 'pro',
    })
    await rig.pass(2 * MINUTE)
    const { request } = load('piapi/webhook_completed')
    const [delivery] = rig.received
    const { input: _, ...data } = shape(delivery?.json.data) as Record<string, unknown>
    const { input: _input, ...documented } = shape(request.body.data) as Record<string, unknown>
    expect(JSON.stringify(data)).toBe(JSON.stringify(documented))
    expect(Object.keys(delivery?.json ?? {})).toEqual(Object.keys(request.body))
    expect(Object.keys(delivery?.headers ?? {}).sort()).toEqual(Object.keys(request.headers).sort())
  })

  it('carry the secret in clear, in the header and in the body, and no header without one', async () => {
    const rig = createRig()
    await creates.piapi(rig)
    await creates.piapi(rig, HOOK, { webhook: { endpoint: HOOK } })
    await creates.piapi(rig, HOOK, { webhook: { endpoint: '' } })
    await rig.pass(2 * MINUTE)
    expect(rig.received.map(({ headers }) => headers['x-webhook-secret'])).toEqual([PIAPI_SECRET, undefined])
    expect(rig.received[0]?.json).toMatchObject({
      data: { config: { webhook_config: { secret: PIAPI_SECRET } } },
    })
  })

  it('tell a failure, and other statuses where told', async () => {
    const rig = createRig({
      piapi: { webhookOn: ['staged', 'pending', 'processing', 'failed', 'cancelled'] },
    })
    rig.control.setConcurrency(1, { provider: 'piapi' })
    rig.control.failNext({ provider: 'piapi', message: 'service busy' })
    const [first, second] = [await creates.piapi(rig), await creates.piapi(rig)]
    const told = (id: string) =>
      rig.received
        .map(({ json }) => json.data as { task_id: string; status: string })
        .filter(({ task_id }) => task_id === id)
        .map(({ status }) => status)
    await rig.pass(10 * MINUTE)
    expect(told(first)).toEqual(['pending', 'processing', 'failed'])
    expect(told(second)).toEqual(['staged', 'pending', 'processing'])
  })

  it('wait for a place among the tasks that run', async () => {
    const rig = createRig()
    rig.control.setConcurrency(1, { provider: 'piapi' })
    const start = rig.control.now()
    for (let count = 0; count < 3; count += 1) await creates.piapi(rig)
    for (let second = 0; second < 200; second += 1) await rig.pass(1000)
    expect(rig.received.map(({ at }) => at - start)).toEqual([63_000, 126_000, 189_000])
  })

  it('stay away after a cancel, which the pages do not name, and let the next one run', async () => {
    const rig = createRig()
    rig.control.setConcurrency(1, { provider: 'piapi' })
    const [first, second] = [await creates.piapi(rig), await creates.piapi(rig)]
    const start = rig.control.now()
    await rig.send(`${ORIGIN}/piapi/api/v1/task/${first}`, { method: 'DELETE', headers: piapiHeaders })
    await rig.pass(63_000)
    expect(rig.received.map(({ json, at }) => [json.data, at - start])).toEqual([
      [expect.objectContaining({ task_id: second }), 63_000],
    ])
  })

  it('follow a status that is imposed', async () => {
    const rig = createRig()
    const id = await creates.piapi(rig)
    rig.control.forceStatus(id, 'failed', 'gone')
    await rig.control.webhooks.idle()
    expect(rig.received.map(({ json }) => json.data)).toMatchObject([{ status: 'failed' }])
  })

  it('are tried three times more, five seconds apart, each with its own timestamp', async () => {
    const rig = createRig()
    rig.answers.push(500, 302, 'no answer', 404, 200)
    await creates.piapi(rig)
    await rig.pass(63_000)
    for (let second = 0; second < 60; second += 1) await rig.pass(1000)
    const [start = 0, ...others] = rig.received.map(({ at }) => at)
    expect(others.map((at) => at - start)).toEqual([5000, 10_000, 15_000])
    const stamps = rig.received.map(({ json }) => json.timestamp)
    expect(stamps).toEqual(rig.received.map(({ at }) => Math.floor(at / 1000)))
    expect(new Set(rig.received.map(({ json }) => JSON.stringify(json.data))).size).toBe(1)
  })

  it('can do without retries', async () => {
    const rig = createRig({ piapi: { webhookRetryMs: [] } })
    rig.answers.push(500)
    await creates.piapi(rig)
    await rig.pass(2 * MINUTE)
    await rig.pass(MINUTE)
    expect(rig.received).toHaveLength(1)
  })

  it('ignore plain http, but for this machine or where told', async () => {
    const hosts = ['http://hooks.example.com/in', 'http://127.0.0.1:9/in']
    const strict = createRig()
    for (const host of hosts) await creates.piapi(strict, host)
    await strict.pass(2 * MINUTE)
    expect(strict.received.map(({ url }) => url)).toEqual(hosts.slice(1))
    expect(strict.sent().find(({ url }) => url === hosts[0])).toMatchObject({
      failure: 'not deliverable: plain http endpoints are ignored',
    })
    const lax = createRig({ piapi: { plainHttpWebhooks: 'sent' } })
    for (const host of hosts) await creates.piapi(lax, host)
    await lax.pass(2 * MINUTE)
    expect(lax.received.map(({ url }) => url).sort()).toEqual([...hosts].sort())
  })
})
