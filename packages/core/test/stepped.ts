import type { ProviderSpec, Step } from '../src/adapter.ts'
import type { Json } from '../src/model/json.ts'
import { type Answer, keyedSpec, type Sent } from './engine.ts'

const price = {
  unit: 'usd',
  unitUsd: 1_000_000,
  per: 'clip',
  rates: { any: 0.007 },
  source: 'made up',
  asOf: '2026-11-27',
} as const

/** A step that measures a prompt, and names what it has measured. */
export const measure: Step = {
  name: 'measure',
  route: 'measure',
  request: ({ request }) => ({
    method: 'POST',
    path: '/measure',
    json: { prompt: 'prompt' in request && request.prompt },
  }),
  read({ body }) {
    const { measured, charged } = body as { measured?: string; charged?: number }
    if (measured === undefined) return undefined
    return {
      result: { measured },
      ...(charged !== undefined && { charged: { amount: charged, unit: 'usd' } }),
    }
  },
  check: (result) =>
    (result as { measured: string }).measured === 'nothing'
      ? [{ field: 'prompt', rule: 'required', message: 'There is nothing to measure.', fix: 'Write more.' }]
      : [],
  heldMs: 86_400_000,
  pending: { measured: '<what measure brings>' },
}

/** The keyed provider, whose creates need a step. */
export function steppedSpec(of: ProviderSpec = keyedSpec): ProviderSpec {
  const kinds = of.kinds.map((sold) => ({
    ...sold,
    rows: sold.rows.map((row) => ({ ...row, steps: { measure: price } })),
    steps: [measure],
    encode: (draft: Parameters<typeof sold.encode>[0]) => {
      const create = sold.encode(draft)
      const { measured } = (draft.steps?.measure ?? {}) as { measured?: Json }
      return { ...create, json: { ...(create.json as object), measured } }
    },
  }))
  return {
    ...of,
    kinds,
    catalog: { ...of.catalog, offers: kinds.flatMap(({ rows }) => rows) },
    routes: { ...of.routes, measure: { path: '/measure', idempotency: 'none', find: 'none' } },
  }
}

/** What was sent, in short. */
export const path = ({ method, url }: Sent): string => `${method} ${url.pathname}`

/** Micro-USD of a step and of a create of 5 s. */
export const [ofStep, ofCreate] = [7_000, 250_000] as const

/** A step that was done. */
export const measured: Answer = { json: { measured: 'a boat', charged: 0.007 } }
