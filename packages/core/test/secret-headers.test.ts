import { describe, expect, it } from 'vitest'
import { headerSecrets } from '../src/provider/http/headers.ts'

describe('secrets in a caller’s headers', () => {
  it.each([
    ['Authorization', 'Bearer tok-1234567', ['tok-1234567']],
    [
      'Proxy-Authorization',
      `Basic ${btoa('gate-user:gate-pass-1')}`,
      ['gate-pass-1', 'gate-user', 'gate-user:gate-pass-1'],
    ],
    ['x-gateway-authorization', 'Bearer tok-1234567', ['tok-1234567']],
    ['x-forwarded', 'Bearer tok-1234567', ['tok-1234567']],
    ['x-upstream', 'Key id-1:sec-1234567', ['id-1:sec-1234567']],
    ['x-upstream', 'Token tok-1234567', ['tok-1234567']],
    ['x-api-key', 'abc-1234567', ['abc-1234567']],
    ['Ocp-Apim-Subscription-Key', 'abc-1234567', ['abc-1234567']],
    ['apikey', 'abc-1234567', ['abc-1234567']],
    ['x-auth-request', 'abc-1234567', ['abc-1234567']],
    ['cf-access-client-secret', 'abc-1234567', ['abc-1234567']],
    ['x-amz-security-token', 'abc-1234567', ['abc-1234567']],
    ['x-vercel-protection-bypass', 'abc-1234567', ['abc-1234567']],
    ['Cookie', 'theme=dark; sid="s%3Aabc-1234567"', ['s%3Aabc-1234567']],
    ['Authorization', 'Digest username="gate-user", response="6629fae49393"', ['6629fae49393', 'gate-user']],
    ['x-whatever', 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhayJ9.c2lnbmF0dXJl', []],
    ['x-whatever', 'sk-abc1234567', ['sk-abc1234567']],
    ...[
      'x-authtoken',
      'accesstoken',
      'x-accesskey',
      'x-secretkey',
      'x-session-id',
      'x-token-id',
      'x-pass',
      'x-sid',
    ].map((name): [string, string, string[]] => [name, 'abc-1234567', []]),
  ])('%s: %s', (name, value, inside) => {
    expect(headerSecrets({ [name]: value })).toEqual(expect.arrayContaining([value, ...inside]))
  })

  it.each([
    ['x-portkey-provider', 'replicate'],
    ['x-environment', 'production'],
    ['x-trace-id', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['user-agent', 'shop/1.0 (+https://shop.example)'],
    ['x-key-version', '2026-11-26'],
    ['accept-language', 'en-GB, en'],
    ['idempotency-key', 'order-1234567'],
    ['x-note', 'Token of my appreciation'],
  ])('none in %s: %s', (name, value) => {
    expect(headerSecrets({ [name]: value })).toEqual([])
  })
})
