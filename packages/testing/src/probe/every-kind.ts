import {
  type ClipLimits,
  type ClipRef,
  clipOf,
  type Kind,
  type Offer,
  ReelayError,
  type RenderRequest,
  wait,
} from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import { ok, show, skip } from '../assert.ts'
import type { Descriptor, World } from '../world.ts'
import { requestFor } from './requests.ts'
import { neverMadeClip, samplesFor } from './samples.ts'

/** One row for each way a kind is bought: providers differ, and each route of theirs has rules of its own. */
export function waysToBuy(kind: Kind, offers: readonly Offer[]): readonly Offer[] {
  const sold = offers.filter((offer) => offer.kind === kind && offer.state !== 'discontinued')
  const ways = Map.groupBy(sold, ({ provider, route }) => `${provider} ${route}`)
  return [...ways.values()].map(([first, ...others]) => {
    const current = [first, ...others].find((offer) => offer?.state === 'current')
    return (current ?? first) as Offer
  })
}

/** A row as a person calls it. */
export const nameOf = ({ provider, kind, model, mode }: Offer): string =>
  `${provider} ${kind} ${model} ${mode}`

/** A row whose clips another takes, the plainest first. */
function sourceFor({ madeBy = {} }: ClipLimits, provider: string, offers: readonly Offer[]): Offer {
  const { kinds = ['text-to-video', 'image-to-video'], models, modes } = madeBy
  const able = kinds.flatMap((kind) =>
    offers.filter(
      (row) =>
        row.provider === provider &&
        row.kind === kind &&
        row.state !== 'discontinued' &&
        (models?.includes(row.model) ?? true) &&
        (modes?.includes(row.mode) ?? true),
    ),
  )
  return (
    able.find(({ state }) => state === 'current') ?? able[0] ?? skip('nothing that is sold makes such a clip')
  )
}

/** Buys a clip for a row that takes those of its own provider by their ids only. */
async function buyClip(world: World, offer: Offer, limits: ClipLimits): Promise<ClipRef> {
  const provider = world.createProvider()
  const source = sourceFor(limits, offer.provider, provider.catalog.offers)
  const task = await provider.submit(requestFor(source))
  const ended = await wait(provider, task.handle)
  ok(ended.status === 'succeeded', `the clip of ${nameOf(source)} ended ${ended.status}`)
  return clipOf(ended)
}

/** What is counted in a world from here on, whatever was bought before. */
function countingAnew(world: World): World {
  const { wire } = world
  const [posts, reads, tasks, charges] = [wire.posts(), wire.reads(), wire.tasks(), wire.charges()]
  return {
    ...world,
    wire: {
      ...wire,
      posts: () => wire.posts() - posts,
      reads: () => wire.reads() - reads,
      tasks: () => wire.tasks() - tasks,
      charges: () => wire.charges() - charges,
    },
  }
}

/** The world with a request in it that buys a row. */
async function ableToBuy(world: World, offer: Offer): Promise<World> {
  let wanted: ClipLimits | undefined
  const request: RenderRequest = leastRequest(
    offer,
    samplesFor(offer, (limits) => {
      wanted = limits
      return neverMadeClip(offer, limits)
    }),
  )
  if (!wanted) return { ...world, request }
  const clip = await buyClip(world, offer, wanted)
  return {
    ...countingAnew(world),
    request: leastRequest(
      offer,
      samplesFor(offer, () => clip),
    ),
  }
}

/** Ends a case where the wire does not sell what the catalogue calls unverified. */
async function refuseUnsold(world: World, offer: Offer): Promise<void> {
  try {
    const { request } = await ableToBuy(world, offer)
    await world.createProvider().submit(request)
  } catch (error) {
    if (ReelayError.isInstance(error) && error.outcome === 'rejected') {
      skip(`the catalogue calls it unverified, and the wire refuses it: ${show(error)}`)
    }
    throw error
  } finally {
    await world.close?.()
  }
}

/** A fresh world whose request buys a row. */
export async function worldFor(offer: Offer, descriptor: Descriptor): Promise<World> {
  if (offer.state === 'unverified') await refuseUnsold(await descriptor.world(), offer)
  return ableToBuy(await descriptor.world(), offer)
}
