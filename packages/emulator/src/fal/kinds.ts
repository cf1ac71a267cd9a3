import { image } from './kinds/image.ts'
import type { Endpoint, FalKind } from './kinds/kind.ts'
import { lipSync } from './kinds/lip-sync.ts'
import { video } from './kinds/video.ts'
import { virtualTryOn } from './kinds/virtual-try-on.ts'
import type { FalState } from './task.ts'

/** What this fal sells. */
const kinds: readonly FalKind[] = [video, image, lipSync, virtualTryOn]

const sold = kinds.flatMap((kind) => Object.entries(kind.apps))

/** Apps the emulator serves, and each one's endpoints by sub-path. */
export const apps: Readonly<Record<string, ReadonlyMap<string, Endpoint>>> = Object.fromEntries(
  sold.map(([app]) => [
    app,
    new Map(sold.flatMap(([name, endpoints]) => (name === app ? [...endpoints] : []))),
  ]),
)

/** The endpoints of an app, undefined where there is no such app. */
export const endpointsOf = (state: FalState, app: string): ReadonlyMap<string, Endpoint> | undefined =>
  app === 'kling/v4' && !state.settings.kling4 ? undefined : Object.hasOwn(apps, app) ? apps[app] : undefined
