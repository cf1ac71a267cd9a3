import type { Offer, RenderRequest } from '../../kinds/kinds.ts'
import { costs } from '../../kinds/ways.ts'
import { knownProviders, sellers } from '../../model/known.ts'
import { readModelName } from '../../model/model-name.ts'
import { type Finding, problem, type Way } from '../../model/problem.ts'
import { type Kind, klingModels } from '../../model/words.ts'
import { nearest } from './nearest.ts'

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)]
const only = <Value>(values: readonly Value[]): Value | undefined =>
  unique(values).length === 1 ? values[0] : undefined

type Reading = Partial<Pick<Offer, 'mode' | 'kind'>> & { readonly model: string }

/** What a name means at this provider: its own name for a row, or another service's for a model. */
function reading(name: string, offers: readonly Offer[]): Reading | undefined {
  const own = offers.filter(({ nativeModel }) => nativeModel === name)
  const [first] = own
  if (!first) return readModelName(name)
  const mode = only(own.map((offer) => offer.mode))
  const kind = only(own.map((offer) => offer.kind))
  return { model: first.model, ...(mode && { mode }), ...(kind && { kind }) }
}

/** Who else sells something, as a sentence; nothing when nobody is known to. */
function soldElsewhere(ids: readonly string[], provider: string, what: string): string | undefined {
  const others = unique(ids).filter((id) => id !== provider)
  if (others.length === 0) return undefined
  const names = others.join(', ').replace(/, ([^,]+)$/, ' and $1')
  return `${names} ${others.length === 1 ? 'sells' : 'sell'} ${what}.`
}

const soldBy = (model: string, provider: string, { kind }: RenderRequest): string | undefined =>
  soldElsewhere(sellers[kind]?.[model] ?? [], provider, 'it')

/** Whether an adapter of Reelay's sells a kind, whichever kinds this instance was made with. */
export const sellsKind = (provider: string, kind: Kind): boolean =>
  Object.values(sellers[kind] ?? {}).some((ids) => ids.includes(provider))

/** Who else sells a kind of render, as a sentence; nothing when nobody is known to. */
export const kindSoldBy = (kind: Kind, provider: string): string | undefined =>
  soldElsewhere(Object.values(sellers[kind] ?? {}).flat(), provider, kind)

/** The ways to say what a reading means, from all that it says to the model alone. */
function spelled(model: string, { mode, kind }: Reading, request: RenderRequest): readonly Way[] {
  const withMode = mode !== undefined && request.mode === undefined ? { mode } : {}
  const withKind = kind !== undefined && kind !== request.kind ? { kind } : {}
  const patches = [{ model, ...withMode, ...withKind }, { model, ...withMode }, { model }]
  return patches.map((patch, at) => {
    const others = Object.entries(patch).slice(1)
    const more = others.map(([field, value]) => ` and ${field}: '${value}'`).join('')
    return {
      patch,
      cost: costs.spelling + at / 10,
      fix: `Did you mean ${model}? Use model: '${model}'${more}.`,
    }
  })
}

/** The model meant, of those sold: of a version that is sold in one flavour only (2.5 turbo, 2 master), that one. */
function soldAs(model: string, sold: readonly string[]): string | undefined {
  if (sold.includes(model)) return model
  return only(sold.filter((one) => one.replace(/-(turbo|master)$/, '') === model))
}

/**
 * What is wrong with a model's name that no row for this kind has: spelled as another service does, misspelt, sold by
 * others only, or unheard of.
 */
export function unsoldModel(
  provider: string,
  offers: readonly Offer[],
  request: RenderRequest,
  name: string,
): Finding {
  const live = offers.filter(({ state }) => state !== 'discontinued')
  const ofKind = live.filter(({ kind }) => kind === request.kind)
  const sold = unique(ofKind.map(({ model }) => model))
  const current = unique(ofKind.filter(({ state }) => state === 'current').map(({ model }) => model))
  const list = `It sells ${current.join(', ')}.`
  const say = (fix: string, ways: readonly Way[] = []): Finding =>
    problem('model', 'unsupported', `${provider} does not sell ${name} for ${request.kind}.`, fix, ways)

  const official = (klingModels as readonly string[]).includes(name)
  const otherKinds = unique(live.filter(({ model }) => model === name).map(({ kind }) => kind))
  const elsewhere = soldBy(name, provider, request)
  if (otherKinds.length > 0) {
    const kinds = otherKinds.join(', ').replace(/, ([^,]+)$/, ' and $1')
    return say([`It sells it for ${kinds} only.`, elsewhere, list].filter(Boolean).join(' '))
  }
  if (official && elsewhere) return say(`${elsewhere} Use that provider, or another model.`)

  const read = reading(name, live)
  const meant = read && soldAs(read.model, sold)
  if (read && meant) {
    return say(`Did you mean ${meant}? ${list}`, spelled(meant, read, request))
  }
  const theirs = read && soldBy(read.model, provider, request)
  if (theirs) return say(`It is called ${read.model}, and ${theirs} Use that provider, or another model.`)
  // A model of a version that nobody has is no slip of the pen.
  const close = read ? undefined : nearest(name, current)
  if (close === undefined) return say(list)
  return say(`Did you mean ${close}? ${list}`, spelled(close, { model: close }, request))
}

/** What else can be said of a discontinued model. */
export const stillSoldBy = (model: string, provider: string, request: RenderRequest): string => {
  const found = soldBy(model, provider, request)
  return found === undefined || !knownProviders.includes(provider)
    ? ''
    : ` ${found.replace(' it.', ' it still.')}`
}
