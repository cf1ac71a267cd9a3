import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkedAddress } from '../../src/provider/http/address.ts'
import { refusedAddress } from '../../src/run/download/guard/ranges.ts'

const at = (host: string): string => `https://${host}/a.mp4`
const loopback = 'it is on this machine (allow it with allowLoopback)'
const internal = 'it is an internal address'

describe('addresses of results', () => {
  it.each([
    ['https://cdn.example.com/a.mp4', false, undefined],
    ['https://10.example.com/a.mp4', false, undefined],
    ['https://8.8.8.8/a.mp4', false, undefined],
    ['https://[2606:4700::1111]/a.mp4', false, undefined],
    ['http://cdn.example.com/a.mp4', false, 'it is http: and not https:'],
    ['http://cdn.example.com/a.mp4', true, 'it is http: and not https:'],
    ['https://user:pw@cdn.example.com/a.mp4', true, 'it carries a user name or password'],
    ['http://127.0.0.1:80/a.mp4', true, undefined],
    ['http://localhost:4000/a.mp4', true, undefined],
    ['http://[::1]:4000/a.mp4', true, undefined],
    ['ftp://localhost/a.mp4', true, 'it is ftp: and not https:'],
    ['file:///etc/passwd', true, 'it is file: and not https:'],
    ['file://localhost/etc/passwd', true, 'it is file: and not https:'],
    ['data:text/html,x', true, 'it is data: and not https:'],
    ['nonsense', true, 'it is not a URL'],
    ...['localhost', 'LOCALHOST.', 'a.localhost', '127.0.0.1', '127.0.0.1.', '127.1', '0x7f.1', '0177.0.0.1']
      .concat('2130706433', '0x7f000001', '017700000001', '[::1]', '[0:0:0:0:0:0:0:1]')
      .map((host) => [at(host), false, loopback] as const),
    ...[
      '10.0.0.5',
      '10.255.255.255',
      '167772165',
      '012.0.0.5',
      '0xa.5',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
    ]
      .concat(
        '100.64.0.1',
        '100.127.255.254',
        '169.254.169.254',
        '2852039166',
        '0xA9FEA9FE',
        '0251.0376.0251.0376',
      )
      .concat(
        '0.0.0.0',
        '0',
        '255.255.255.255',
        '224.0.0.1',
        '240.0.0.1',
        '192.0.0.1',
        '192.0.2.1',
        '198.18.0.1',
      )
      .concat('198.51.100.7', '203.0.113.9', '168.63.129.16', '100.100.100.200', '①⑥⑨.254.169.254')
      .concat(
        '[::]',
        '[fc00::1]',
        '[fd00:ec2::254]',
        '[fe80::1]',
        '[febf::1]',
        '[fec0::1]',
        '[ff02::1]',
        '[100::1]',
      )
      .concat(
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[::ffff:10.0.0.1]',
        '[::ffff:a9fe:a9fe]',
        '[::127.0.0.1]',
      )
      .concat(
        '[64:ff9b::7f00:1]',
        '[64:ff9b:1::1]',
        '[2002:7f00:1::]',
        '[2001::1]',
        '[2001:0:a::1]',
        '[2001:db8::1]',
      )
      .concat(
        'intranet',
        'metadata.google.internal',
        'metadata.google.internal.',
        'printer.local',
        'nas.home.arpa',
      )
      .map((host) => [at(host), true, internal] as const),
  ] as const)('%s', (address, allowLoopback, why) => {
    expect(checkedAddress(address, allowLoopback)).toBe(why)
  })
})

// RFC 1918, 3927, 6598, 5735 and 1112: prefix, and how many bits of it are fixed.
const ranges = [
  [0x0a000000, 8],
  [0x7f000000, 8],
  [0x64400000, 10],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0x00000000, 8],
  [0xe0000000, 3],
] as const

const inside = fc
  .tuple(fc.constantFrom(...ranges), fc.nat({ max: 0xffffffff }))
  .map(([[prefix, bits], random]) => (prefix | (random & (0xffffffff >>> bits))) >>> 0)

const octets = (ip: number): number[] => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255)
const dotted = (ip: number): string => octets(ip).join('.')
const hextets = (ip: number): string => `${(ip >>> 16).toString(16)}:${(ip & 0xffff).toString(16)}`

/** Every way in which a URL may spell an IPv4 address. */
const spellings: ((ip: number) => string)[] = [
  dotted,
  (ip) => `${dotted(ip)}.`,
  (ip) => String(ip),
  (ip) => `0x${ip.toString(16)}`,
  (ip) => `0${ip.toString(8)}`,
  (ip) =>
    octets(ip)
      .map((part) => `0${part.toString(8)}`)
      .join('.'),
  (ip) =>
    octets(ip)
      .map((part) => `0x${part.toString(16)}`)
      .join('.'),
  (ip) => `${ip >>> 24}.${ip & 0xffffff}`,
  (ip) => `${ip >>> 24}.${(ip >>> 16) & 255}.${ip & 0xffff}`,
  (ip) => `[::ffff:${dotted(ip)}]`,
  (ip) => `[::ffff:${hextets(ip)}]`,
  (ip) => `[0:0:0:0:0:ffff:${hextets(ip)}]`,
  (ip) => `[64:ff9b::${hextets(ip)}]`,
  (ip) => `[2002:${hextets(ip)}::1]`,
  (ip) => `[::${hextets(ip)}]`,
]

describe('addresses that are not public', () => {
  it('are refused in every spelling that a URL knows', () => {
    fc.assert(
      fc.property(inside, fc.constantFrom(...spellings), (ip, spell) => {
        expect(checkedAddress(at(spell(ip)), false)).toBeDefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('are refused by the check of the connection, too, with what leads to them', () => {
    fc.assert(
      fc.property(inside, (ip) => {
        const forms = [
          dotted(ip),
          `::ffff:${hextets(ip)}`,
          `64:ff9b::${hextets(ip)}`,
          `2002:${hextets(ip)}::1`,
        ]
        for (const form of forms) expect(refusedAddress(form)).toBeDefined()
      }),
      { numRuns: 500 },
    )
  })

  it('are all that is not 2000::/3 in IPv6', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 }), (parts) => {
        const text = parts.map((part) => part.toString(16)).join(':')
        const global = (parts[0] ?? 0) >>> 13 === 1
        if (global) return
        expect(refusedAddress(text)).toBeDefined()
        expect(checkedAddress(at(`[${text}]`), false)).toBeDefined()
      }),
    )
  })

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '192.169.0.1',
    '169.253.1.1',
    '223.255.255.1',
  ])('do not include %s', (ip) => {
    expect(refusedAddress(ip)).toBeUndefined()
    expect(refusedAddress(`::ffff:${ip}`)).toBeUndefined()
    expect(checkedAddress(at(ip), false)).toBeUndefined()
  })

  it('do not include what a translator makes of public addresses', () => {
    expect(refusedAddress('64:ff9b::808:808')).toBeUndefined()
    expect(refusedAddress('2606:4700:4700::1111')).toBeUndefined()
  })

  it('include loopback until it is allowed, and nothing else then', () => {
    for (const ip of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      expect(refusedAddress(ip)).toContain('loopback')
      expect(refusedAddress(ip, { loopback: true })).toBeUndefined()
    }
    expect(refusedAddress('10.0.0.1', { loopback: true })).toContain('private')
    expect(refusedAddress('168.63.129.16', { loopback: true })).toContain('internal')
    for (const odd of ['fe80::1%eth0', '', 'nonsense', '1.2.3'])
      expect(refusedAddress(odd, { loopback: true })).toBeDefined()
  })
})
