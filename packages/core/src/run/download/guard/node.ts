import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** The parts of Node that a checked connection is made of. Types only: this file imports nothing from Node. */
export interface NodeParts {
  readonly http: typeof import('node:http')
  readonly https: typeof import('node:https')
  readonly net: typeof import('node:net')
  readonly tls: typeof import('node:tls')
  readonly dns: typeof import('node:dns')
  readonly stream: typeof import('node:stream')
  readonly zlib: typeof import('node:zlib')
}

export type { LookupAddress, LookupFunction }

const names = ['http', 'https', 'net', 'tls', 'dns', 'stream', 'zlib'] as const

interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

/**
 * Node's own modules where the runtime has them (Node, Bun and Deno do), `undefined` elsewhere. Asked for at run time, so
 * that a bundle for browsers holds no import of them and one for Node needs no `require`.
 */
export function nodeParts(host: Host = globalThis as Host): NodeParts | undefined {
  try {
    const { process } = host
    const parts = names.map((name) => [name, process?.getBuiltinModule?.(`node:${name}`)] as const)
    if (parts.some(([, part]) => !part)) return undefined
    return Object.fromEntries(parts) as unknown as NodeParts
  } catch {
    return undefined
  }
}
