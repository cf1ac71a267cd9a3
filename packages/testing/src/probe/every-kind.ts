import {
  type ClipLimits,
  type ClipRef,
  clipOf,
  type Kind,
  type Offer,
  ReelayError,
  type VideoProvider,
  wait,
} from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import { ok, show, skip } from '../assert.ts'
import type { Descriptor, World } from '../world.ts'
import { requestFor } from './requests.ts'
import { neverMadeClip, samplesFor } from './samples.ts'

/** The earlier clips that the smallest request of a row needs the ids of. */
function clipsOf(offer: Offer): readonly ClipLimits[] {
  const wanted: ClipLimits[] = []
  const note = (limits: ClipLimits): ClipRef => {
    wanted.push(limits)
    return neverMadeClip(offer, limits)
  }
  leastRequest(offer, samplesFor(offer, note))
  return wanted
}

/** One row for each way some rows are bought: providers differ, and each route of theirs has rules of its own. */
export function waysToBuy(
  among: Kind | ((offer: Offer) => boolean),
  offers: readonly Offer[],
): readonly Offer[] {
  const wanted = typeof among === 'string' ? ({ kind }: Offer) => kind === among : among
  const sold = offers.filter((offer) => wanted(offer) && offer.state !== 'discontinued')
  const ways = Map.groupBy(sold, ({ provider, route }) => `${provider} ${route}`)
  return [...ways.values()].map(([first, ...others]) => {
    const rows = [first, ...others].filter((row) => row !== undefined)
    const able = rows.filter((row) => clipsOf(row).every((limits) => sourceOf(limits, row.provider, offers)))
    return (able.find(({ state }) => state === 'current') ?? able[0] ?? first) as Offer
  })
}

/** Whether it is bought without further leave: a choice among several passes over what nobody knows the price of. */
export function mayBuy(provider: VideoProvider, offer: Offer): boolean {
  if (!provider.makers) return true
  const samples = samplesFor(offer, (limits) => neverMadeClip(offer, limits))
  return provider.quote(leastRequest(offer, samples)).type !== 'unknown'
}

/** A row as a person calls it. */
export const nameOf = ({ provider, kind, model, mode }: Offer): string =>
  `${provider} ${kind} ${model} ${mode}`

/** A row whose clips another takes, and which makes them out of nothing; the plainest first. */
function sourceOf(
  { madeBy = {} }: ClipLimits,
  provider: string,
  offers: readonly Offer[],
): Offer | undefined {
  const { kinds = ['text-to-video', 'image-to-video'], models } = madeBy
  const able = kinds.flatMap((kind) =>
    offers.filter(
      (row) =>
        row.provider === provider &&
        row.kind === kind &&
        row.state !== 'discontinued' &&
        (models?.includes(row.model) ?? true) &&
        clipsOf(row).length === 0,
    ),
  )
  return able.find(({ state }) => state === 'current') ?? able[0]
}

/** Buys a clip for a row that takes those of its own provider by their ids only. */
async function buyClip(world: World, offer: Offer, limits: ClipLimits): Promise<ClipRef> {
  const provider = world.createProvider()
  const source = sourceOf(limits, offer.provider, provider.catalog.offers)
  if (!source) return skip('nothing that is sold makes such a clip')
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
  const [wanted] = clipsOf(offer)
  if (!wanted) return { ...world, request: requestFor(offer) }
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
