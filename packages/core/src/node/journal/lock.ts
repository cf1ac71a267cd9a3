import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { createWhole, parseJson, readIfThere, remove } from './files.ts'
import { asOwner, lifeOf, ownOwner } from './owner.ts'

// Held for a few writes. A holder whose life cannot be told, and who takes longer, is taken for dead.
const unsureMs = 30_000
const longestPauseMs = 20

interface Held {
  readonly token: string
  readonly stale: boolean
}

async function look(file: string): Promise<Held | undefined> {
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const value = parseJson(text) as { token?: unknown; owner?: unknown } | undefined
  const owner = asOwner(value?.owner)
  const token = typeof value?.token === 'string' ? value.token : 'foreign'
  const life = owner ? lifeOf(owner) : 'unsure'
  if (life !== 'unsure') return { token, stale: life === 'dead' }
  const at = (await stat(file).catch(() => undefined))?.mtimeMs
  return { token, stale: at !== undefined && Date.now() - at > unsureMs }
}

async function create(file: string, aside: string): Promise<boolean> {
  const content = JSON.stringify({ token: crypto.randomUUID(), owner: ownOwner() })
  return createWhole(file, content, aside, false)
}

/**
 * Removes a lock whose holder has died. Of all who find it stale only one may: whoever creates the marker named after
 * that very lock. The others could otherwise remove the lock that the first of them has taken meanwhile.
 */
async function removeStale(file: string, aside: string): Promise<void> {
  const held = await look(file)
  if (!held?.stale) return
  const marker = `${file}.${held.token}`
  // Its own maker may have died too, at any instant.
  if (!(await create(marker, aside))) return removeStale(marker, aside)
  try {
    const now = await look(file)
    if (now?.token === held.token) await remove(file)
  } finally {
    await remove(marker)
  }
}

/**
 * Runs something while no other process does.
 *
 * @param file The lock.
 * @param aside Folder on the same disk for the lock before it gets its name.
 */
export async function withLock<Result>(
  file: string,
  aside: string,
  run: () => Promise<Result>,
): Promise<Result> {
  for (let pauseMs = 1; !(await create(file, aside)); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await removeStale(file, aside)
    // Not all at the same moment again.
    await setTimeout(pauseMs * (0.5 + Math.random() / 2))
  }
  try {
    return await run()
  } finally {
    await remove(file)
  }
}
