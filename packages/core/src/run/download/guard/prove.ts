import type { ClientRequest } from 'node:http'
import type { NodeParts } from './node.ts'

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
