import {
  type ComparedOffer,
  compare,
  type MicroUsd,
  type MissingOffer,
  type VideoProvider,
} from '@reelay/core'
import { type Job, requestOf } from './workload.ts'

/** What may be bought. */
export interface Constraints {
  /** Prices of the provider's own list alone: none that was worked out, or told by others. */
  readonly listOnly: boolean
  /** Any model of the same kind, mode, length and sound, whatever the workload names. */
  readonly anyModel: boolean
}

/** One line of the workload, and where it is cheapest. */
export interface Line {
  readonly job: Job
  /** Absent where nobody has a price that the constraints allow. */
  readonly best?: ComparedOffer
  /** Why there is no price. */
  readonly why?: string
  /** The cheapest offer of each provider that has one. */
  readonly byProvider: ReadonlyMap<string, ComparedOffer>
}

/** Everything at one provider. */
export interface Alone {
  readonly provider: string
  /** Micro-USD of the lines it has a price for. */
  readonly total: MicroUsd
  /** Lines that others have a price for, and it has not. */
  readonly lacks: readonly Job[]
}

/** A month of it all. */
export interface Mix {
  readonly lines: readonly Line[]
  /** Micro-USD of every line that has a price. */
  readonly total: MicroUsd
  /** Each provider alone: those that lack nothing first, from cheap to dear; then whoever lacks the least. */
  readonly alone: readonly Alone[]
}

/** Models that any of the providers sells of a kind and mode; those that may be gone are chosen by name alone. */
function modelsFor({ kind, mode }: Job, providers: readonly VideoProvider[]): readonly string[] {
  const rows = providers.flatMap(({ catalog }) => catalog.offers)
  const same = rows.filter((row) => row.kind === kind && row.mode === mode && row.state === 'current')
  return [...new Set(same.map(({ model }) => model))]
}

/** Why a provider has no offer, as short as a cell wants it. */
function reasonOf(missing: MissingOffer): string {
  const { provider, why } = missing
  if (why === 'not-sold') return `${provider} does not sell this ${missing.field}`
  if (why === 'unsupported') return `${provider} takes no such ${missing.field}`
  return `${provider}'s price is unknown`
}

function lineOf(job: Job, providers: readonly VideoProvider[], { listOnly, anyModel }: Constraints): Line {
  const models = job.model === undefined || anyModel ? modelsFor(job, providers) : [job.model]
  const compared = models.map((model) => compare(requestOf(job, model), providers, { near: false }))
  // A group that differs is another thing, such as a clip with the sound that its model always has.
  const equal = compared.flatMap(({ groups }) =>
    groups.filter(({ differs }) => differs.length === 0).flatMap(({ offers }) => offers),
  )
  const sold = job.model === undefined || anyModel ? equal.filter(({ state }) => state === 'current') : equal
  const allowed = listOnly ? sold.filter(({ basis }) => basis !== 'derived') : sold
  const byProvider = new Map<string, ComparedOffer>()
  // By price, and at the same price in the order of the providers.
  for (const offer of [...allowed].sort((a, b) => a.total - b.total))
    if (!byProvider.has(offer.provider)) byProvider.set(offer.provider, offer)
  const [best] = byProvider.values()
  if (best) return { job, best, byProvider }
  const [derived] = sold
  if (derived)
    return { job, byProvider, why: `Only derived prices, such as ${derived.provider}'s: ${derived.source}.` }
  const reasons = compared.flatMap(({ missing }) => missing.map(reasonOf))
  const why =
    models.length === 1 && reasons.length > 0
      ? `${reasons.join(', ')}.`
      : `No model of ${job.kind} ${job.mode} takes ${job.seconds} s ${job.sound ? 'with sound' : 'silent'}.`
  return { job, byProvider, why }
}

const sum = (amounts: readonly MicroUsd[]): MicroUsd => amounts.reduce((total, one) => total + one, 0)

/** The cheapest offer for each line, and what it all costs; nothing is sent. */
export function cheapestMix(
  jobs: readonly Job[],
  providers: readonly VideoProvider[],
  constraints: Constraints,
): Mix {
  const lines = jobs.map((job) => lineOf(job, providers, constraints))
  const priced = lines.filter(({ best }) => best !== undefined)
  const alone = providers.map(({ id }): Alone => {
    const totals = priced.map(({ job, byProvider }) => (byProvider.get(id)?.total ?? 0) * job.count)
    const lacks = priced.filter(({ byProvider }) => !byProvider.has(id)).map(({ job }) => job)
    return { provider: id, total: sum(totals), lacks }
  })
  return {
    lines,
    total: sum(priced.map(({ job, best }) => (best?.total ?? 0) * job.count)),
    alone: alone.sort((a, b) => a.lacks.length - b.lacks.length || a.total - b.total),
  }
}
