import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Claim } from '../../compose/journal.ts'
import { createWhole, parseJson, readIfThere, remove, replaceWhole } from './files.ts'
import { asOwner, lifeOf, type Owner, ownOwner } from './owner.ts'

/** One file per claimed purchase. */
export interface Claims {
  claim(purchase: string, requestHash: string): Promise<Claim>
  unclaim(purchase: string): Promise<void>
  /** Where the claim of a purchase lies. */
  fileOf(purchase: string): string
}

/** What the claims need of their journal. */
export interface ClaimsParts {
  readonly folder: string
  readonly sync: boolean
  /** Runs something while no other process writes. */
  locked<Result>(run: () => Promise<Result>): Promise<Result>
  /** Whether the journal knows of nothing that came of a claim. */
  cameToNothing(claim: string): Promise<boolean>
}

interface Stored {
  readonly requestHash: string
  readonly owner: Owner | undefined
}

async function read(file: string): Promise<Stored | undefined> {
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const value = parseJson(text) as { requestHash?: unknown; owner?: unknown } | undefined
  // Not written by us, then: taken, for a request that nobody can name.
  return { requestHash: String(value?.requestHash ?? ''), owner: asOwner(value?.owner) }
}

const isAbandoned = ({ owner }: Stored): boolean => owner !== undefined && lifeOf(owner) === 'dead'

export function createClaims({ folder, sync, locked, cameToNothing }: ClaimsParts): Claims {
  // A key is anybody's text; a digest is a file name on every system.
  const fileOf = (purchase: string): string =>
    join(folder, `${createHash('sha256').update(purchase).digest('hex')}.json`)

  /** A process that died before anything came of its claim has claimed nothing. */
  function takeOver(file: string, purchase: string, content: string): Promise<'mine' | 'bought' | 'changed'> {
    return locked(async () => {
      const stored = await read(file)
      if (!stored || !isAbandoned(stored)) return 'changed'
      if (!(await cameToNothing(purchase))) return 'bought'
      await replaceWhole(file, content, folder, sync)
      return 'mine'
    })
  }

  return {
    fileOf,
    async claim(purchase, requestHash) {
      const file = fileOf(purchase)
      const content = `${JSON.stringify({ purchase, requestHash, owner: ownOwner() })}\n`
      for (;;) {
        if (await createWhole(file, content, folder, sync)) return { state: 'new' }
        const stored = await read(file)
        // Given back between the two looks.
        if (!stored) continue
        if (!isAbandoned(stored)) return { state: 'taken', requestHash: stored.requestHash }
        const state = await takeOver(file, purchase, content)
        if (state === 'mine') return { state: 'new' }
        if (state === 'bought') return { state: 'taken', requestHash: stored.requestHash, abandoned: true }
        // Somebody else was quicker: look again whose it is.
      }
    },
    unclaim: (purchase) => remove(fileOf(purchase)),
  }
}
