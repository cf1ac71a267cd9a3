import type { Endpoint, FalKind } from './kinds/kind.ts'
import { video } from './kinds/video.ts'

/** What this fal sells. */
const kinds: readonly FalKind[] = [video]

const sold = kinds.flatMap((kind) => Object.entries(kind.apps))

/** Apps the emulator serves, and each one's endpoints by sub-path. */
export const apps: Readonly<Record<string, ReadonlyMap<string, Endpoint>>> = Object.fromEntries(
  sold.map(([app]) => [
    app,
    new Map(sold.flatMap(([name, endpoints]) => (name === app ? [...endpoints] : []))),
  ]),
)
