import type { ReplicateKind, SoldModel } from './kinds/kind.ts'
import { lipSync } from './kinds/lip-sync.ts'
import { video } from './kinds/video.ts'
import { type Refusal, refusals } from './tables.ts'

/** What this Replicate sells. */
const kinds: readonly ReplicateKind[] = [video, lipSync]

const models: Readonly<Record<string, SoldModel>> = Object.assign({}, ...kinds.map((kind) => kind.models))

/** The model that a create names. */
export interface Choice {
  /** `owner/name`. */
  readonly model: string
  /** As predictions show it. */
  readonly version: string
  readonly sold: SoldModel
}

export const modelNamed = (name: string): SoldModel | undefined =>
  Object.hasOwn(models, name) ? models[name] : undefined

export function chooseModel(name: string): Choice | Refusal {
  const sold = modelNamed(name)
  return sold ? { model: name, version: 'hidden', sold } : refusals.noModel(name)
}

/** `owner/name`, `owner/name:<64 hex>` or `<64 hex>`. */
export function chooseVersion(reference: string): Choice | Refusal {
  const [name, id] = reference.includes('/') ? reference.split(':', 2) : [undefined, reference]
  if (name !== undefined && id === undefined) {
    const sold = modelNamed(name)
    return sold ? { model: name, version: 'hidden', sold } : refusals.badVersion()
  }
  for (const [model, sold] of Object.entries(models)) {
    const { version } = sold
    if (version !== undefined && version === id && (name ?? model) === model) return { model, version, sold }
  }
  return refusals.badVersion()
}
