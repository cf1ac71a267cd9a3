import * as z from 'zod/mini'
import type { MediaRule } from '../model/media.ts'
import { problem, type Warning, type Way } from '../model/problem.ts'
import { isBlank } from '../model/text.ts'
import type { ImageFields, ImageLimits, Picture } from './image-fields.ts'
import { optionalField, type Rule, type SubjectOf, whole } from './kind.ts'
import type { SharedFields } from './kind-types.ts'
import { type MediaPlace, placesIn } from './media-places.ts'
import { pictureReferences } from './picture-references.ts'
import type { Billing, Rate } from './price.ts'
import { isVideoPath, referenceFiles, referencesField } from './references.ts'
import { nearestRatio, otherRows } from './rule.ts'
import { lengthProblem } from './texts.ts'
import { drop, set } from './ways.ts'

/** What the picture is to show, and what it is not to. */
const words: Rule<Picture> = (of) => {
  const { request, limits, name } = of
  const { prompt, negativePrompt } = request
  const sayIt = 'Leave it out, and say it in the prompt instead.'
  return [
    limits.prompt.required &&
      isBlank(prompt ?? '') &&
      problem(
        'prompt',
        'required',
        `${name} needs a prompt, and it is empty.`,
        'Say what the picture should show.',
      ),
    lengthProblem('prompt', prompt, limits.prompt),
    !!negativePrompt &&
      limits.negativePrompt === false &&
      problem('negativePrompt', 'unsupported', `${name} takes no negative prompt.`, sayIt, [
        ...otherRows(of, (row) => row.negativePrompt !== false, 'which takes one'),
        drop('negativePrompt', sayIt),
      ]),
    limits.negativePrompt && lengthProblem('negativePrompt', negativePrompt, limits.negativePrompt),
  ]
}

/** Width to height. */
const shape: Rule<Picture> = (of) => {
  const { request, limits, name } = of
  const { aspectRatio } = request
  const ratios = limits.aspectRatios
  if (aspectRatio === undefined || ratios.includes(aspectRatio)) return []
  const others = otherRows(of, (row) => row.aspectRatios.includes(aspectRatio), 'which has it')
  if (aspectRatio === 'auto' || ratios.length === 0) {
    const why =
      ratios.length === 0 ? `${name} takes the shape from the picture.` : `${name} wants a shape named.`
    const fix = 'Leave aspectRatio out.'
    return [problem('aspectRatio', 'one-of', why, fix, [...others, drop('aspectRatio', fix)])]
  }
  const near = nearestRatio(ratios, aspectRatio)
  const fix = `Use ${near}.`
  return [
    problem('aspectRatio', 'one-of', `${name} makes ${ratios.join(', ')}, not ${aspectRatio}.`, fix, [
      set('aspectRatio', near, fix),
      ...others,
    ]),
  ]
}

/** How many pictures, and whether they belong together. */
const count: Rule<Picture> = (of) => {
  const { request, limits, name } = of
  const { n = 1, series } = request
  const { most } = limits
  const enough: Way = most === 1 ? drop('n', `Submit ${n} times.`) : set('n', most, `Ask for ${most}.`)
  const sold = limits.series
  const single = [
    n > most &&
      problem('n', 'range', `${name} makes at most ${most} per task.`, enough.fix, [
        ...otherRows(of, (row) => row.most >= n, `which makes ${n}`),
        enough,
      ]),
  ]
  if (series === undefined) return single
  if (!sold) {
    const fix = 'Leave series out, and ask for n pictures.'
    return [
      problem('series', 'unsupported', `${name} makes no series.`, fix, [
        ...otherRows(of, (row) => row.series !== false, 'which makes them'),
        series === 'auto'
          ? drop('series', fix)
          : { ...set('n', Math.min(series, most), fix), patch: { series: null, n: Math.min(series, most) } },
      ]),
    ]
  }
  return [
    series === 'auto' &&
      !sold.auto &&
      problem('series', 'one-of', `${name} wants to know how many.`, 'Use 2 to 9.', [
        ...otherRows(of, (row) => row.series !== false && row.series.auto, 'which decides by itself'),
        set('series', 4, 'Use 4.'),
      ]),
    typeof series === 'number' &&
      series > sold.most &&
      problem('series', 'range', `${name} makes a series of at most ${sold.most}.`, `Use ${sold.most}.`, [
        set('series', sold.most, `Use ${sold.most}.`),
      ]),
  ]
}

const fewestInSeries = 2
const mostInSeries = 9
const isSeries = (value: unknown): boolean =>
  value === 'auto' ||
  (Number.isInteger(value) && Number(value) >= fewestInSeries && Number(value) <= mostInSeries)

const series = z.custom<number | 'auto'>(isSeries, {
  params: { what: 'a number of pictures', fix: `Pass ${fewestInSeries} to ${mostInSeries}, or 'auto'.` },
})
series._zod.toJSONSchema = () => ({
  anyOf: [{ type: 'integer', minimum: fewestInSeries, maximum: mostInSeries }, { const: 'auto' }],
  description: 'So many pictures that belong together, or auto; where it is sold. Instead of n.',
})

/** Schemas of {@link ImageFields}, to spread into a kind's shape. */
export const imageShape: Readonly<Record<Exclude<keyof ImageFields, keyof SharedFields>, z.core.$ZodType>> = {
  negativePrompt: optionalField(z.string(), 'What to keep out of the picture.'),
  aspectRatio: optionalField(
    z.string().check(z.regex(/^(\d+:\d+|auto)$/)),
    'Width to height, such as 16:9; auto, where it is sold, leaves it to the model.',
  ),
  n: optionalField(z.number().check(whole, z.gte(1), z.lte(9)), 'How many pictures; one when left out.'),
  series: z.optional(series),
  references: z.optional(
    referencesField('What the names in the prompt stand for: a picture, or an element.', { videos: false }),
  ),
}

/** Fields of a request for pictures that hold words. */
export const imageTexts: readonly string[] = ['prompt', 'negativePrompt']

/** What all kinds of pictures ask of a row. */
export const imageRules: readonly Rule<Picture>[] = [words, shape, count, pictureReferences]

/** The files of a request for pictures: the given fields, and its references. */
export const imageFilesAt =
  (fields: readonly string[]) =>
  (request: ImageFields): readonly MediaPlace[] => [
    ...fields.flatMap((field) => placesIn(field, (request as Readonly<Record<string, unknown>>)[field])),
    ...referenceFiles(request.references),
  ]

/** What the picture at a path must be like. */
export const imageMediaRule = ({ images }: ImageLimits, path: string): MediaRule | false =>
  isVideoPath(path) ? false : images

/** How many pictures are paid for: of a series that the model sizes, nobody knows before. */
export function picturesOf({ request: { n = 1, series }, offer: { limits } }: SubjectOf<Picture>): Rate {
  if (series === 'auto') return [fewestInSeries, limits.series ? limits.series.most : mostInSeries]
  return series ?? n
}

/** What a row ignores of a request for pictures: a series has a number of its own (image pages, 2026-09-20). */
export const imageWarnings = ({ request: { n, series } }: SubjectOf<Picture>): readonly Warning[] =>
  n !== undefined && series !== undefined
    ? [{ field: 'n', message: 'A series has a number of its own; n was not sent.' }]
    : []

/** Pictures are paid for one by one. */
export const billsPictures = (subject: SubjectOf<Picture>): Billing => ({
  variant: 'any',
  amounts: { image: picturesOf(subject) },
})
