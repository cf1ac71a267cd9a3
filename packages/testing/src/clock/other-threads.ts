// What a runtime does on threads of its own, and no turn of the event loop waits for. Under load such work may take as
// long as it likes, and virtual time must not run away from it.

const nothing = new Uint8Array()

const cryptography = [
  'decrypt',
  'deriveBits',
  'deriveKey',
  'digest',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
] as const

type Work = (...input: unknown[]) => Promise<unknown>

let underWay = 0
let counts = false
const waiting = new Set<() => void>()

function ended(): void {
  underWay -= 1
  if (underWay > 0) return
  for (const wake of waiting) wake()
  waiting.clear()
}

function counted(work: Work): Work {
  return function (this: unknown, ...input) {
    const result = work.apply(this, input)
    underWay += 1
    result.then(ended, ended)
    return result
  }
}

/** Has WebCrypto's work counted from now on, once in a process; what is called and what comes back stays as it was. */
export function countCryptography(): void {
  if (counts) return
  try {
    const { prototype } = SubtleCrypto as unknown as { prototype: Record<string, Work> }
    for (const name of cryptography) {
      const work = prototype[name]
      if (work) prototype[name] = counted(work)
    }
    counts = true
  } catch {
    // A runtime whose WebCrypto cannot be changed: then a job of our own is queued behind its work.
  }
}

/** What of the file system is under way, where the runtime says so. */
function readsFiles(): boolean {
  const { process } = globalThis as { readonly process?: NodeJS.Process }
  return process?.getActiveResourcesInfo?.().some((name) => name.startsWith('FSReq')) ?? true
}

/**
 * Resolves when no cryptography is under way; where that cannot be counted, and for files that are being read, when a job
 * has been done that was queued behind it.
 */
export async function otherThreads(): Promise<void> {
  if (underWay > 0) await new Promise<void>((resolve) => waiting.add(resolve))
  if (!counts || readsFiles()) await crypto.subtle.digest('SHA-256', nothing)
}
