import {
  decidingPurchase,
  type Journal,
  type Order,
  ReelayError,
  type TextToVideoRequest,
  type VideoProvider,
} from '@reelay/core'

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

/** What a journal says of an order now, in a word; nothing while its answer is on the way. */
function wordOf({ purchases }: Order): string | undefined {
  const { handle, ended, attempts } = decidingPurchase(purchases) ?? purchases.at(-1) ?? {}
  return ended?.status ?? (handle ? 'accepted' : attempts?.at(-1)?.outcome)
}

/** A journal, and what it has said of each purchase, in order. */
export interface Followed {
  readonly journal: Journal
  storyOf(id: string): readonly string[]
}

/** Follows what is written through a journal, which itself keeps only how things stand. */
export function follow(journal: Journal): Followed {
  const stories = new Map<string, string[]>()
  function tell(order: Order): void {
    const story = stories.get(order.key) ?? []
    stories.set(order.key, story)
    const word = wordOf(order)
    if (word !== undefined && story.at(-1) !== word) story.push(word)
  }
  return {
    journal: {
      ...journal,
      async change(key, at, transition) {
        let next: Order | undefined
        const result = await journal.change(key, at, (order, now) => {
          const change = transition(order, now)
          next = change.order
          return change
        })
        if (next) tell(next)
        return result
      },
    },
    storyOf: (id) => stories.get(id) ?? [],
  }
}
