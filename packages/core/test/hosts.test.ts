import { describe, expect, test } from 'vitest'
import { resolveHosts } from '../src/adapter.ts'

const one = {
  api: { urls: ['https://api-a.own.example', 'https://api-b.own.example'], version: '/v1' },
} as const
const two = { queue: 'https://queue.own.example', rest: 'https://rest.own.example' }
type Options = Parameters<typeof resolveHosts>[2]
const at = (options: Options, own: Parameters<typeof resolveHosts>[1] = one) =>
  resolveHosts('mine', own, options)

describe('whose host it is', () => {
  const cases: [string, Options, string, string, string][] = [
    ['nothing said', {}, 'official', 'api-a.own.example', 'public'],
    ['another region', { baseURL: 'https://api-b.own.example' }, 'official', 'api-b.own.example', 'public'],
    ['a final slash', { baseURL: 'https://api-b.own.example//' }, 'official', 'api-b.own.example', 'public'],
    [
      'capitals and the usual port',
      { baseURL: 'HTTPS://API-A.own.example:443' },
      'official',
      'api-a.own.example',
      'public',
    ],
    [
      'its version at the end',
      { baseURL: 'https://api-a.own.example/v1/' },
      'official',
      'api-a.own.example',
      'public',
    ],
    ['a path added', { baseURL: 'https://api-a.own.example/proxy' }, 'relay', 'api-a.own.example', 'public'],
    [
      'another port',
      { baseURL: 'https://api-a.own.example:8443' },
      'relay',
      'api-a.own.example:8443',
      'public',
    ],
    ['without TLS', { baseURL: 'http://api-a.own.example' }, 'relay', 'api-a.own.example', 'public'],
    [
      'a longer name',
      { baseURL: 'https://api-a.own.example.evil.example' },
      'relay',
      'api-a.own.example.evil.example',
      'public',
    ],
    ['somebody else', { baseURL: 'https://relay.example/kling/' }, 'relay', 'relay.example', 'public'],
    ['somebody inside', { baseURL: 'http://10.0.0.7:3000/kling' }, 'relay', '10.0.0.7:3000', 'private'],
    ['this machine', { baseURL: 'http://127.0.0.1:4010/kling' }, 'loopback', '127.0.0.1:4010', 'loopback'],
    [
      'this machine by name',
      { baseURL: 'http://localhost.:4010' },
      'loopback',
      'localhost.:4010',
      'loopback',
    ],
    ['this machine in IPv6', { baseURL: 'http://[::1]:4010' }, 'loopback', '[::1]:4010', 'loopback'],
    [
      'a relay here',
      { baseURL: 'http://localhost:3000', relay: 'own new-api' },
      'relay',
      'own new-api',
      'loopback',
    ],
    [
      'the emulator',
      { baseURL: 'http://localhost:3000', official: true },
      'official',
      'localhost:3000',
      'loopback',
    ],
    [
      'an own proxy',
      { baseURL: 'https://proxy.example/k', official: true },
      'official',
      'proxy.example',
      'public',
    ],
    ['a named relay', { baseURL: 'https://relay.example', relay: { name: 'R8' } }, 'relay', 'R8', 'public'],
  ]
  test.each(cases)('%s', (_name, options, standing, name, network) => {
    expect(at(options).host).toEqual({ standing, name, network })
  })

  test('one foreign host among several makes a relay of it', () => {
    expect(at({ baseURL: { rest: 'https://files.example' } }, two).host).toMatchObject({
      standing: 'relay',
      name: 'files.example',
    })
    expect(at({ baseURL: two }, two).host.standing).toBe('official')
    expect(at({ baseURL: { queue: 'http://localhost:1/q', rest: two.rest } }, two).host.standing).toBe(
      'loopback',
    )
  })
})

describe('where requests go', () => {
  test('a slash or the version at the end is not doubled', () => {
    for (const end of ['', '/', '//', '/v1', '/v1/']) {
      expect(at({ baseURL: `https://relay.example/kling${end}` }).hosts).toEqual({
        api: 'https://relay.example/kling',
      })
    }
  })

  test('hosts that are not named follow the main one, unless that is where it was', () => {
    expect(at({ baseURL: 'https://p.example/' }, two).hosts).toEqual({
      queue: 'https://p.example',
      rest: 'https://p.example/rest',
    })
    expect(at({ baseURL: 'https://queue.own.example/' }, two).hosts).toEqual(two)
  })
})

describe('what is refused', () => {
  const refused: [string, unknown, RegExp][] = [
    ['both', { baseURL: 'https://r.example', relay: 'r', official: true }, /both relay and official/],
    ['no name', { relay: '' }, /give it a name/],
    ['no name in it', { relay: {} }, /give it a name/],
    ['a name with a line break', { relay: 'a\nb' }, /give it a name/],
    ['null', { relay: null }, /give it a name/],
    ['a word for official', { official: 'yes' }, /official is true/],
    ['a header of ours', { relay: { name: 'r', idempotencyHeader: 'Authorization' } }, /idempotencyHeader/],
    ['no header name', { relay: { name: 'r', idempotencyHeader: 'a b' } }, /idempotencyHeader/],
  ]
  test.each(refused)('%s', (_name, options, message) => {
    const make = (): unknown => at({ account: 'studio', ...(options as Options) })
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none', account: 'studio' }))
  })

  test('official: false says nothing', () => {
    const options = { baseURL: 'http://localhost:1', official: false } as unknown as Options
    expect(at(options).host.standing).toBe('loopback')
  })
})
