/**
 * Throws from every seam after a purchase, at each door, and prints what the caller got. Whatever nobody catches ends it.
 */
import { generate, ReelayError, wait, watch } from '../../src/index.ts'
import { type Door, type Seam, seams, secret, thrown } from './seams.ts'

/** What the caller got, as plain data. */
export interface Result {
  readonly seam: string
  readonly door: Door
  /** `error`, `clip`, or what was thrown instead. */
  readonly got: string
  readonly code?: string
  readonly outcome?: string
  readonly handle?: string
  readonly cause: boolean
  readonly leaks: boolean
  readonly posts: number
}

const request = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5 } as const

async function enter(
  { make }: Seam,
  door: Door,
): Promise<{ value?: unknown; error?: unknown; posts: number }> {
  const { world, provider, options } = make(door === 'generate')
  try {
    if (door === 'generate')
      return { value: await generate(provider, request, options), posts: world.posts() }
    const { handle } = await provider.submit(request, options)
    world.arm()
    if (door === 'wait') return { value: await wait(provider, handle, options), posts: world.posts() }
    for await (const event of watch(provider, [handle], options)) {
      if (event.type === 'error') return { error: event.error, posts: world.posts() }
      if (event.type === 'finished') return { value: event.task, posts: world.posts() }
    }
    return { error: 'the watch ended without a word', posts: world.posts() }
  } catch (error) {
    return { error, posts: world.posts() }
  }
}

const { hasOwn } = Object
const results: Result[] = []
for (const seam of seams) {
  for (const door of ['generate', 'wait', 'watch'] as const) {
    const { value, error, posts } = await enter(seam, door)
    Object.hasOwn = hasOwn
    const known = ReelayError.isInstance(error) ? error : undefined
    const shown = known ? `${known.message} ${JSON.stringify(known)} ${known.stack}` : ''
    results.push({
      seam: seam.name,
      door,
      got: value ? 'clip' : known ? 'error' : String(error),
      ...(known && { code: known.code, outcome: known.outcome }),
      ...(known?.handle && { handle: known.handle.id }),
      cause: known?.cause === thrown,
      leaks: shown.includes(secret),
      posts,
    })
  }
}
// A rejection nobody heard would strike before this.
await new Promise((resolve) => setTimeout(resolve, 50))
process.stdout.write(JSON.stringify(results))
