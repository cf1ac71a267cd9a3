import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { ReelayError } from '../../../model/error.ts'
import type { LookupAddress, LookupFunction, NodeParts } from './node.ts'
import { type Allowed, familyOf, refusedAddress } from './ranges.ts'

function refusal(host: string, why: string): ReelayError {
  const message = `Nothing was fetched from ${host}: ${why}.`
  return new ReelayError('ERR_DOWNLOAD', message, { outcome: 'accepted' })
}

/** A lookup that gives away no address unless all of a name's may be reached: one of them would be enough to get inside. */
export function checkedLookup(lookup: LookupFunction, allowed: Allowed): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (
      error: NodeJS.ErrnoException | null,
      found: string | LookupAddress[],
      family?: number,
    ) => {
      if (error) return callback(error, [])
      const addresses = Array.isArray(found) ? found : [{ address: found, family: family ?? familyOf(found) }]
      const [first] = addresses
      if (!first) return callback(refusal(hostname, 'its name leads nowhere'), [])
      for (const { address } of addresses) {
        const why = refusedAddress(address, allowed)
        if (why) return callback(refusal(hostname, `its name leads to ${address}, and ${why}`), [])
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    }
    lookup(hostname, { ...options, all: true }, answer)
  }
}

/** Opens checked connections. */
export interface Connector {
  /** @param done Told once, with a socket that leads where it may, or with why there is none. */
  connect(
    url: URL,
    signal: AbortSignal | undefined,
    done: (error: Error | null, socket?: Socket) => void,
  ): void
}

/** Checks literal addresses, which no lookup sees, names when they are looked up, and last the connection itself. */
export function createConnector(
  { net, tls }: Pick<NodeParts, 'net' | 'tls'>,
  lookup: LookupFunction,
  allowed: Allowed,
): Connector {
  const names = checkedLookup(lookup, allowed)

  function open(url: URL, host: string): readonly [socket: Socket, ready: string] {
    const secure = url.protocol === 'https:'
    const to = { host, port: Number(url.port) || (secure ? 443 : 80), lookup: names }
    if (!secure) return [net.connect(to), 'connect']
    // RFC 6066, section 3: no addresses, no final dot.
    const servername = familyOf(host) === 0 ? host.replace(/\.$/, '') : ''
    return [tls.connect({ ...to, servername, ALPNProtocols: ['http/1.1'] }), 'secureConnect']
  }

  return {
    connect(url, signal, done) {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      const literal = familyOf(host) !== 0
      // What may only be reached by name is not allowed here.
      const refused = literal ? refusedAddress(host, { loopback: allowed.loopback === true }) : undefined
      if (refused) return done(refusal(host, refused))
      const [socket, ready] = open(url, host)
      let over = false
      const finish = (error: Error | null): void => {
        if (over) return
        over = true
        signal?.removeEventListener('abort', onAbort)
        if (error) {
          socket.destroy()
          done(error)
        } else {
          done(null, socket)
        }
      }
      const onAbort = (): void => finish(new Error('aborted'))
      // It stays, so that what a socket says after it was given up has somebody to hear it.
      socket.on('error', finish)
      socket.on('close', () => finish(new Error('closed')))
      socket.once(ready, () => {
        const late = refusedAddress(socket.remoteAddress ?? '', allowed)
        finish(late ? refusal(host, late) : null)
      })
      signal?.addEventListener('abort', onAbort, { once: true })
    },
  }
}

// RFC 6761, section 6.4: it never exists.
const nowhere = 'reelay-guard.invalid'

/** Whether a client connects the way it is told: here, not at all. */
function obeys(begin: (url: string, options: object) => ClientRequest, scheme: string): Promise<boolean> {
  return new Promise((resolve) => {
    const told = new Error('told not to connect')
    const createConnection = (_options: object, done: (error: Error) => void): undefined => {
      done(told)
      return undefined
    }
    try {
      const request = begin(`${scheme}://${nowhere}/`, { createConnection })
      request.on('error', (error) => resolve(error === told))
      request.on('response', () => resolve(false))
      request.end()
    } catch (error) {
      resolve(error === told)
    }
  })
}

let proof: Promise<boolean> | undefined

/** Whether this runtime's clients leave connecting to us; tried once, without any network. */
export function proven({ http, https }: Pick<NodeParts, 'http' | 'https'>): Promise<boolean> {
  proof ??= Promise.all([obeys(http.request, 'http'), obeys(https.request, 'https')]).then((both) =>
    both.every(Boolean),
  )
  return proof
}
