import { kinds, type Offer, type RenderRequest } from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import fc from 'fast-check'
import { samplesFor } from '../../../testing/src/probe/samples.ts'
import { type Values, valuesFor } from './values.ts'

/** How requests are made. */
export interface RequestOptions {
  /** Of ten values, how many may be such as the row does not take; none when absent. */
  readonly strayInTen?: number
  /** The fields that may be set; all but the prompt's own when absent. */
  readonly fields?: readonly string[]
}

// Named by the row, and the settings of a single provider, which are nobody's common words.
const named = new Set(['kind', 'model', 'mode', 'providerOptions'])

function oneOf({ fitting, stray }: Values, strayInTen: number): fc.Arbitrary<unknown> {
  const left = fc.constant(undefined)
  const good = fitting.length > 0 ? fc.constantFrom(...fitting) : left
  const bad = stray.length > 0 ? fc.constantFrom(...stray) : left
  if (strayInTen === 0) return good
  return fc.oneof({ weight: 10 - strayInTen, arbitrary: good }, { weight: strayInTen, arbitrary: bad })
}

const present = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/**
 * Requests for a row: the smallest that it serves, with some fields set, and with strays some of what it needs left out. Whether
 * one passes is for `check` to say.
 */
export function requestsFor(
  offer: Offer,
  { strayInTen = 0, fields }: RequestOptions = {},
): fc.Arbitrary<RenderRequest> {
  const { kind, model, mode } = offer
  const open = (fields ?? kinds[kind].fields).filter(
    (field) => !named.has(field) && kinds[kind].fields.includes(field),
  )
  const least = leastRequest(offer, samplesFor(offer))
  const edits = fc
    .uniqueArray(fc.constantFrom(...open), { maxLength: 4 })
    .chain((names) =>
      fc.record(Object.fromEntries(names.map((name) => [name, oneOf(valuesFor(name, offer), strayInTen)]))),
    )
  const inTwenty = fc.integer({ min: 0, max: 19 })
  return fc.tuple(edits, inTwenty, fc.constantFrom(...Object.keys(least))).map(([edit, chance, one]) => {
    const whole = { ...least, ...present(edit) }
    if (strayInTen === 0 || chance > 0 || named.has(one)) return whole as RenderRequest
    return { ...present({ ...whole, [one]: undefined }), kind, model, mode } as RenderRequest
  })
}
