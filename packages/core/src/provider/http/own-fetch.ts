// Taken at import, before most instrumentation; what comes earlier is looked at below.
const sourceOf = Function.prototype.toString

const native = (name: string): string => `function${name}(){[nativecode]}`

// Node's is written in JavaScript, the same from 20 to 26 (lib/internal/bootstrap/web/exposed-window-or-worker.js).
const node =
  "functionfetch(input,init=undefined){if(!fetchImpl){constundiciModule=require('internal/deps/undici/undici');fetchImpl=undiciModule.fetch;}returnfetchImpl(input,init);}"

const bare = (source: string): string => source.replace(/\/\/.*$/gm, '').replaceAll(/\s+/g, '')

/** Sentry, for one, replaces `toString` so that its wrappers print what they wrap. */
const isHonest = (): boolean =>
  bare(sourceOf.call(sourceOf)) === native('toString') && !Object.hasOwn(sourceOf, 'prototype')

// What a function prints never changes, so one look is enough for all requests.
let known: unknown

/**
 * Whether a `fetch` is surely the runtime's own, with nothing around it: no retrying wrapper, no framework's cache, no
 * instrumentation, no `Proxy`, not `bind`, whether it was installed before or after Reelay. A wrapper may have sent a
 * request before the one that failed, so that its errors prove nothing. By its source, since a runtime offers no other
 * way to tell; what prints anything unforeseen is not believed, Deno's own included, whose errors say nothing anyway.
 */
export function isRuntimeFetch(given: unknown): boolean {
  if (given !== undefined && given === known) return true
  try {
    if (typeof given !== 'function' || given.name !== 'fetch' || !isHonest()) return false
    const source = bare(sourceOf.call(given))
    const isOwn = source === node || source === native('fetch')
    if (isOwn) known = given
    return isOwn
  } catch {
    return false
  }
}
