import { describe, expect, test } from 'vitest'
import { createEmulator, demoCredentials, type KlingRelayOptions } from '../../src/index.ts'

const { relayKey, apiKey } = demoCredentials.kling
/** Any of the forms. */
type Body = Record<string, unknown> & {
  readonly data: { readonly task_id: string }
  readonly message: string
}

const body = { model_name: 'kling-v2-6', prompt: 'A paper boat', mode: 'std', duration: '5', sound: 'off' }

function rig(relay: KlingRelayOptions = {}) {
  let now = 1_766_374_262_370
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const emulator = createEmulator({ clock: clock as never, seed: 1, kling: { relay } })
  const base = emulator.providers('http://gateway.test').kling.relay?.baseURL ?? ''
  async function ask(method: string, path: string, json?: object, headers: object = {}) {
    const response = await emulator.fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${relayKey}`, 'content-type': 'application/json', ...headers },
      ...(json && { body: JSON.stringify(json) }),
    })
    return { status: response.status, body: (await response.json()) as Body }
  }
  return {
    emulator,
    ask,
    buy: (json: object = body, headers?: object) => ask('POST', '/v1/videos/text2video', json, headers),
    read: (id: string) => ask('GET', `/v1/videos/text2video/${id}`),
    charges: () => emulator.control.ledger().length,
    later: (ms: number) => {
      now += ms
    },
  }
}

test('every create it takes is charged, whatever id it carries', async () => {
  const { buy, charges, emulator } = rig()
  const ids = new Set<string>()
  for (let n = 0; n < 3; n++) ids.add((await buy({ ...body, external_task_id: 'one' })).body.data.task_id)
  expect([ids.size, charges()]).toEqual([3, 3])
  expect([...ids][0]).toMatch(/^task_[0-9a-f]{32}$/)
  expect(emulator.control.tasks().map(({ externalId }) => externalId)).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

describe('its replies', () => {
  const where = {
    K: 'data.task_id',
    'K+': 'task_id',
    W: 'data.task_id',
    F: 'data.task_id',
    B: 'task_id',
    O: 'id',
  }
  const at = (value: unknown, path: string): string =>
    path.split('.').reduce((inner, key) => (inner as Record<string, unknown>)[key], value) as string

  test.each(Object.entries(where))('of form %s', async (form, path) => {
    const { buy, read, later } = rig({ form: form as 'K', times: 's' })
    const id = at((await buy()).body, path)
    later(600_000)
    const { body: done } = await read(id)
    expect(at(done, path)).toBe(id)
    expect(JSON.stringify(done)).toMatch(/succe|SUCCESS|completed/)
    expect(JSON.stringify(done)).toContain('.mp4')
  })
})

test('a square where nothing is said, and what it does not know is lost in silence, or refused', async () => {
  const { buy, emulator } = rig()
  await buy({ ...body, multi_shot: true })
  expect(emulator.control.requests()[0]?.unknownKeys).toEqual(['multi_shot'])
  const strict = rig({ unknownFields: 'refuse', errors: 'codes' })
  expect(await strict.buy({ ...body, multi_shot: true })).toMatchObject({ status: 400, body: { code: 1200 } })
  expect(strict.charges()).toBe(0)
})

test('no lists, no other kinds, no key of Kling’s, and no task of another path', async () => {
  const { ask, buy } = rig()
  const { body: made } = await buy()
  const invalid = { status: 404, body: { error: { type: 'invalid_request_error' } } }
  expect(await ask('GET', '/v1/videos/text2video?pageNum=1')).toMatchObject(invalid)
  expect(await ask('POST', '/v1/videos/lip-sync', body)).toMatchObject(invalid)
  expect(await ask('GET', `/v1/videos/image2video/${made.data.task_id}`)).toMatchObject({
    status: 400,
    body: { code: 'task_not_exist' },
  })
  expect(await buy(body, { authorization: `Bearer ${apiKey}` })).toMatchObject({
    status: 401,
    body: { error: { type: 'new_api_error' } },
  })
})

test('for some seconds after a create it does not know the task', async () => {
  const { buy, read, later } = rig({ blindMs: 3_000 })
  const id = (await buy()).body.data.task_id
  expect(await read(id)).toMatchObject({ status: 400, body: { code: 'task_not_exist' } })
  later(3_000)
  expect(await read(id)).toMatchObject({ status: 200, body: { data: { task_id: id } } })
})

test('what Kling refuses comes back as its own words, with Kling’s in them', async () => {
  const { buy, charges } = rig()
  const refused = await buy({ ...body, duration: '99' })
  expect(refused).toMatchObject({ status: 400, body: { code: 'fail_to_fetch_task', data: null } })
  expect(JSON.parse(refused.body.message)).toMatchObject({ code: 1201 })
  expect(charges()).toBe(0)
})

describe('Idempotency-Key', () => {
  const named = (key: string) => ({ 'idempotency-key': key })

  test('is not looked at unless it is switched on', async () => {
    const { buy, charges } = rig()
    await buy(body, named('a'))
    await buy(body, named('a'))
    expect(charges()).toBe(2)
  })

  test('makes one task of one body, for 24 hours', async () => {
    const { buy, charges, later, ask } = rig({ idempotencyKeys: true })
    const first = await buy(body, named('a'))
    expect((await buy(body, named(' a '))).body.data.task_id).toBe(first.body.data.task_id)
    expect((await buy({ ...body, prompt: 'Another' }, named('a'))).status).toBe(409)
    expect((await ask('POST', '/v1/videos/image2video', body, named('a'))).status).toBe(409)
    expect((await buy(body, named('k'.repeat(192)))).status).toBe(400)
    expect(charges()).toBe(1)
    later(24 * 3_600_000)
    expect((await buy(body, named('a'))).status).toBe(200)
    expect(charges()).toBe(2)
  })

  test('a refused create leaves it free', async () => {
    const { buy } = rig({ idempotencyKeys: true })
    expect((await buy({ ...body, duration: '99' }, named('a'))).status).toBe(400)
    expect((await buy(body, named('a'))).status).toBe(200)
  })

  test('409 while the first is under way', async () => {
    const { buy, emulator, charges } = rig({ idempotencyKeys: true })
    emulator.control.fault({ kind: 'in-flight', on: 'create', ms: 4_000 } as never)
    await buy(body, named('a')).catch(() => undefined)
    expect((await buy(body, named('a'))).status).toBe(409)
    expect(charges()).toBe(1)
  })
})
