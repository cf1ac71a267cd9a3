/**
 * Takes one feature after the other away from the runtime, buys through every composition, and prints how each ended.
 * An exception that nobody caught ends the process.
 */
import { plainSpec } from '../../../testing/test/fake/spec.ts'
import { defineProvider, resolveHosts } from '../../src/adapter.ts'
import {
  failover,
  generate,
  govern,
  guard,
  journaled,
  memoryJournal,
  missingFeatures,
  ReelayError,
  type VideoProvider,
} from '../../src/index.ts'
import { features } from '../../src/provider/runtime.ts'

let posts = 0
const fetcher = globalThis.fetch
async function post(): Promise<Response> {
  posts += 1
  throw new TypeError('fetch failed')
}

// What the runtime lacks is its own `fetch`, so the provider must not bring one.
const leaf = (own: { fetch?: typeof fetch }): VideoProvider =>
  defineProvider(plainSpec)({
    ...resolveHosts('fake', { api: 'https://api.fake.example' }, {}),
    auth: { authorize: () => undefined, secrets: () => [] },
    ...own,
  })

/** Takes it away; returns how to give it back. */
function remove(path: string): () => void {
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  let holder = steps.reduce<object>((value, name) => Reflect.get(value, name), globalThis)
  // Where it is inherited, it is taken from whoever has it.
  while (!Object.hasOwn(holder, last)) holder = Object.getPrototypeOf(holder)
  const before = Object.getOwnPropertyDescriptor(holder, last) as PropertyDescriptor
  Reflect.deleteProperty(holder, last)
  return () => Object.defineProperty(holder, last, before)
}

const request = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5 } as const
const results: unknown[] = []
for (const path of features) {
  const base = (): VideoProvider => leaf(path === 'fetch' ? {} : { fetch: post as typeof fetcher })
  const leaves = Array.from({ length: 6 }, base) as [VideoProvider, ...VideoProvider[]]
  const doors: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['generate', () => generate(leaves[0], request)],
    ...Object.entries({
      submit: base(),
      failover: failover([base()]),
      guard: guard(base(), { maxCostPerTask: 1e9 }),
      govern: govern(base(), { concurrency: 1 }),
      journaled: journaled(base(), memoryJournal()),
    }).map(([name, provider]) => [name, () => provider.submit(request)] as const),
  ]
  const giveBack = remove(path)
  const missing = missingFeatures()
  const ends: unknown[] = []
  for (const [, open] of doors)
    ends.push(
      await open().then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    )
  giveBack()
  for (const [index, error] of ends.entries()) {
    const { code, outcome, message } = ReelayError.isInstance(error) ? error : ({} as Partial<ReelayError>)
    results.push({ path, missing, door: doors[index]?.[0], code, outcome, message: message ?? String(error) })
  }
}
process.stdout.write(JSON.stringify({ results, posts }))
