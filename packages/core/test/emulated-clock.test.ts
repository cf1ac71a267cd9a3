import { createVirtualClock } from '@reelay/testing/clock'
import ky from 'ky'
import { afterEach, describe, expect, it } from 'vitest'
import { clockAt, systemClock } from '../src/adapter.ts'

const symbol = Symbol.for('reelay.emulator')
const emulated = createVirtualClock()
const served = 'https://api.provider.example'

/** As in a program that was started on an emulator which answers for one host. */
function onEmulator(): void {
  const value = { clock: (url: string) => (url.startsWith(served) ? emulated : undefined) }
  Object.defineProperty(globalThis, symbol, { value, configurable: true })
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, symbol)
})

describe('the clock of an instance', () => {
  it('is the host’s own in a program that is on no emulator', () => {
    expect(clockAt({ api: served }, {})).toBe(systemClock)
  })

  it('is the emulator’s where that alone answers', () => {
    onEmulator()
    expect(clockAt({ api: served, queue: `${served}/queue` }, {})).toBe(emulated)
  })

  it.each([
    ['at a relay', { api: 'https://relay.example' }],
    ['at an address of this machine', { api: 'http://127.0.0.1:4010' }],
    ['where one of its hosts is not served', { api: served, upload: 'https://upload.provider.example' }],
    ['without a host', {}],
  ])('is the host’s own %s', (_where, hosts) => {
    onEmulator()
    expect(clockAt(hosts, {})).toBe(systemClock)
  })

  it('is the host’s own where a client of the caller’s may reach the real hosts', () => {
    onEmulator()
    expect(clockAt({ api: served }, { fetch: globalThis.fetch })).toBe(systemClock)
    expect(clockAt({ api: served }, { ky })).toBe(systemClock)
  })

  it('is the one that the caller gives, before any other', () => {
    onEmulator()
    const own = createVirtualClock()
    expect(clockAt({ api: served }, { clock: own })).toBe(own)
  })
})
