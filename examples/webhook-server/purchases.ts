import { type Journal, ReelayError, type TextToVideoRequest, type VideoProvider } from '@reelay/core'

/** A clip to buy. */
export interface Purchase {
  /** Names the purchase and its file. */
  readonly id: string
  readonly provider: VideoProvider
  readonly request: TextToVideoRequest
}

const things: Readonly<Record<string, string>> = {
  kling: 'boat',
  piapi: 'hat',
  fal: 'crane',
  replicate: 'plane',
}

/** One clip at each provider. */
export const purchasesAt = (providers: readonly VideoProvider[]): readonly Purchase[] =>
  providers.map((provider) => {
    const id = things[provider.id] ?? provider.id
    const request = { kind: 'text-to-video', prompt: `A paper ${id} in the rain`, duration: 5 } as const
    return { id, provider, request }
  })

/**
 * Buys a clip and does not wait for it. Nobody sends a purchase again whose answer was lost: it may be paid for, and its
 * callback carries its name.
 *
 * @param base Where callbacks arrive, without a final slash.
 * @returns What is known then, in a word, and the task or the error.
 */
export async function buy(
  { id, provider, request }: Purchase,
  base: string,
): Promise<readonly [string, string]> {
  try {
    const webhookUrl = `${base}/${provider.id}`
    const task = await provider.submit(request, { idempotencyKey: id, webhookUrl })
    return ['bought', task.id]
  } catch (error) {
    if (!ReelayError.isInstance(error) || error.outcome !== 'unknown') throw error
    return ['unknown', error.code]
  }
}

/** What the journal has to tell of each purchase, in order. */
export async function storiesOf(journal: Journal): Promise<ReadonlyMap<string, readonly string[]>> {
  const stories = new Map<string, string[]>()
  for await (const entry of journal.entries()) {
    if (entry.type !== 'verdict' && entry.type !== 'ended') continue
    const { idempotencyKey } = entry.type === 'verdict' ? entry.submission : entry.handle
    const story = stories.get(idempotencyKey) ?? []
    stories.set(idempotencyKey, story)
    const word = entry.type === 'verdict' ? entry.outcome : entry.status
    // A callback may be faster than the answer it is about: then both say so.
    if (story.at(-1) !== word) story.push(word)
  }
  return stories
}
