import { open } from 'node:fs/promises'

/** Makes the names in a folder survive a power cut; not possible on every system, and then left out. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
