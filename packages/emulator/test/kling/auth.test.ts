import { describe, expect, it } from 'vitest'
import { createEmulator, demoCredentials } from '../../src/index.ts'
import vector from './fixtures/auth_jwt_vector.json' with { type: 'json' }
import { API, createRig, keyHeaders, readAnswer, signJWT, T2V, validBody } from './rig.ts'

const { accessKey } = demoCredentials.kling

describe('Kling authentication', () => {
  const { emulator, send, post, control } = createRig()
  const now = (): number => Math.floor(control.now() / 1000)
  const listWith = async (authorization?: string): Promise<[number, unknown]> => {
    const answer = await send(T2V, authorization === undefined ? {} : { headers: { authorization } })
    return [answer.status, answer.body.code]
  }
  const claims = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    iss: accessKey,
    exp: now() + 1800,
    nbf: now() - 5,
    ...over,
  })

  it('accepts an API key and a token signed with the secret key', async () => {
    expect(await listWith(keyHeaders.authorization)).toEqual([200, 0])
    expect(await listWith(`Bearer ${signJWT(claims())}`)).toEqual([200, 0])
    expect(control.requests().map((request) => request.authScheme)).toEqual(['api-key', 'jwt'])
  })

  it('answers 1001 where there is no Authorization', async () => {
    expect(await listWith()).toEqual([401, 1001])
    expect(await listWith('')).toEqual([401, 1001])
  })

  it.each([
    ['an unknown API key', 'Bearer nobody-issued-this'],
    ['another scheme', `Key ${demoCredentials.kling.apiKey}`],
    ['a bare key', demoCredentials.kling.apiKey],
    ['an empty Bearer', 'Bearer'],
    ['three dots that are no token', 'Bearer a.b.c'],
  ])('answers 1002 for %s', async (_name, authorization) => {
    expect(await listWith(authorization)).toEqual([401, 1002])
  })

  it.each([
    ['a bad signature', () => signJWT(claims(), 'another-secret')],
    ['an unknown issuer', () => signJWT(claims({ iss: 'nobody' }))],
    ['a missing issuer', () => signJWT(claims({ iss: undefined }))],
    ['another algorithm in the header', () => signJWT(claims(), undefined, { alg: 'HS512', typ: 'JWT' })],
    ['a header without typ', () => signJWT(claims(), undefined, { alg: 'HS256' })],
    ['another case of typ', () => signJWT(claims(), undefined, { alg: 'HS256', typ: 'jwt' })],
    ['nbf as a string', () => signJWT(claims({ nbf: '1' }))],
    ['a missing exp', () => signJWT(claims({ exp: undefined }))],
    ['a missing nbf', () => signJWT(claims({ nbf: undefined }))],
    ['exp as a string', () => signJWT(claims({ exp: '99999999999' }))],
  ])('answers 1002 for a token with %s', async (_name, token) => {
    expect(await listWith(`Bearer ${token()}`)).toEqual([401, 1002])
  })

  it('answers 1003 before nbf and 1004 from exp on, to the second', async () => {
    expect(await listWith(`Bearer ${signJWT(claims({ nbf: now() + 1 }))}`)).toEqual([401, 1003])
    expect(await listWith(`Bearer ${signJWT(claims({ nbf: now() }))}`)).toEqual([200, 0])
    expect(await listWith(`Bearer ${signJWT(claims({ exp: now() + 1 }))}`)).toEqual([200, 0])
    expect(await listWith(`Bearer ${signJWT(claims({ exp: now() }))}`)).toEqual([401, 1004])
  })

  it('lets a token run out on the emulator clock', async () => {
    const rig = createRig()
    const seconds = Math.floor(rig.control.now() / 1000)
    const headers = {
      authorization: `Bearer ${signJWT({ iss: accessKey, nbf: seconds - 5, exp: seconds + 1800 })}`,
    }
    expect((await rig.send(T2V, { headers })).status).toBe(200)
    rig.control.advance(1_802_000)
    expect((await rig.send(T2V, { headers })).body.code).toBe(1004)
  })

  it('comes before everything else that may be wrong', async () => {
    const answer = await post(T2V, 'not json', { authorization: 'Bearer nobody' })
    expect(answer.body.code).toBe(1002)
    expect(control.ledger()).toHaveLength(0)
  })

  it('takes its leeway and its unknown-key code from the options', async () => {
    const rig = createRig({ kling: { jwtLeewaySeconds: 10, unknownKeyCode: 1000 } })
    const seconds = Math.floor(rig.control.now() / 1000)
    const token = signJWT({ iss: accessKey, nbf: seconds + 9, exp: seconds + 1800 })
    expect((await rig.send(T2V, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    expect((await rig.send(T2V, { headers: { authorization: 'Bearer nobody' } })).body.code).toBe(1000)
  })

  it('accepts the recorded token at its time and no other', async () => {
    const { access_key, secret_key, now: seconds } = vector.request
    let time = seconds * 1000
    const recorded = createEmulator({
      clock: { now: () => time, sleep: async () => {} },
      kling: { accounts: [{ accessKey: access_key, secretKey: secret_key }] },
    })
    const headers = { authorization: `Bearer ${vector.response.jwt}` }
    const code = async (): Promise<unknown> =>
      (await readAnswer(await recorded.fetch(T2V, { headers }))).body.code
    expect(await code()).toBe(0)
    time = (seconds - 6) * 1000
    expect(await code()).toBe(1003)
    time = (seconds + 1799) * 1000
    expect(await code()).toBe(0)
    time = (seconds + 1800) * 1000
    expect(await code()).toBe(1004)
  })

  it('keeps accounts apart', async () => {
    const accounts = ['a', 'b'].map((name) => ({
      name,
      accessKey: `ak-${name}`,
      secretKey: `sk-${name}`,
      apiKeys: [`key-${name}`],
    }))
    const rig = createRig({ kling: { accounts } })
    const as = (name: string): Record<string, string> => ({ authorization: `Bearer key-${name}` })
    const { body } = await rig.post(T2V, { ...validBody, external_task_id: 'same' }, as('a'))
    const other = await rig.send(`${T2V}/${body.data.task_id}`, { headers: as('b') })
    expect([other.status, other.body.code]).toEqual([400, 1201])
    expect((await rig.send(T2V, { headers: as('b') })).body.data).toEqual([])
    expect((await rig.post(T2V, { ...validBody, external_task_id: 'same' }, as('b'))).status).toBe(200)
    expect(rig.control.ledger().map(({ account }) => account)).toEqual(['a', 'b'])
  })

  it('never logs a secret', async () => {
    const token = signJWT(claims())
    await listWith(`Bearer ${token}`)
    const log = JSON.stringify([control.requests(), control.tasks()])
    for (const secret of [demoCredentials.kling.apiKey, demoCredentials.kling.secretKey, token]) {
      expect(log).not.toContain(secret)
    }
    expect(emulator.providers(API).kling.env).toMatchObject({ KLINGAI_ACCESS_KEY: accessKey })
  })
})
