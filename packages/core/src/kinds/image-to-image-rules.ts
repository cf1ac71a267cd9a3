import { type Finding, problem } from '../model/problem.ts'
import { imageRules } from './image.ts'
import { widening } from './image-expansion.ts'
import type { ImageInputLimits, ImageToImage, ImageToImageRequest } from './image-to-image-fields.ts'
import type { Rule } from './kind.ts'
import { typeOf } from './references.ts'
import { modesThat, otherRows } from './rule.ts'
import { drop } from './ways.ts'

/** The ways in which pictures are made of pictures, as prices tell them apart. */
export const waysIn = ['image', 'subjects', 'expand'] as const

/** Which of them a request takes. */
export const wayOf = ({ expand, subjectImages }: ImageToImageRequest): (typeof waysIn)[number] =>
  expand !== undefined ? 'expand' : subjectImages !== undefined ? 'subjects' : 'image'

const likeness = ['reference', 'imageFidelity', 'humanFidelity'] as const
export const around = ['sceneImage', 'styleImage'] as const

/** What each of them has no place for. */
const strange = {
  image: { fields: around, why: 'goes with subjectImages only' },
  subjects: {
    fields: ['image', 'references', ...likeness, 'series'],
    why: 'has no place where subjects meet',
  },
  expand: {
    fields: ['subjectImages', ...around, 'references', ...likeness, 'aspectRatio', 'series'],
    why: 'has no place where a picture is widened',
  },
} as const

/** What goes in: a picture and names, subjects that meet, or a picture to widen. */
const inputs: Rule<ImageToImage> = (of) => {
  const { request, limits, name } = of
  const { image, subjectImages: subjects, references = {} } = request
  const way = wayOf(request)
  const { fields, why } = strange[way]
  const misplaced = fields
    .filter((field) => request[field] !== undefined)
    .map((field) =>
      problem(field, 'conflict', `${field} ${why}.`, `Leave ${field} out.`, [
        drop(field, `Leave ${field} out.`),
      ]),
    )
  if (way === 'expand') {
    return [
      ...misplaced,
      image === undefined && problem('image', 'required', 'There is no picture to widen.', 'Set image.'),
    ]
  }
  if (subjects !== undefined) {
    const most = limits.subjects || 0
    const takes = (row: ImageInputLimits): boolean => (row.subjects || 0) >= Math.max(subjects.length, 1)
    const modes = modesThat(of, ({ subjects: some }) => some !== false)
    const only = `${name} makes no subjects meet: it does so in no mode but ${modes.join(', ')}.`
    return [
      ...misplaced,
      most === 0 &&
        modes.length > 0 &&
        problem('mode', 'unsupported', only, `Use ${modes[0]}.`, otherRows(of, takes, 'which does')),
      most === 0 &&
        modes.length === 0 &&
        problem('subjectImages', 'unsupported', `${name} makes no subjects meet.`, 'Leave it out.', [
          ...otherRows(of, takes, 'which does'),
          drop('subjectImages', 'Leave subjectImages out.'),
        ]),
      most > 0 &&
        (subjects.length < 1 || subjects.length > most) &&
        problem(
          'subjectImages',
          'range',
          `${name} takes 1 to ${most} subjects, not ${subjects.length}.`,
          `Pass 1 to ${most}.`,
          otherRows(of, takes, `which takes ${subjects.length}`),
        ),
    ]
  }
  const named = Object.values(references)
  // An element shows one subject; a picture from it and words is another kind.
  const needed = image === undefined && !named.some((one) => typeOf(one) === 'image')
  const takesNamed = limits.references.images > 0
  const ways = `Set image${takesNamed ? ', or a picture in references' : ''}`
  return [
    ...misplaced,
    needed && problem('image', 'required', 'There is no picture.', `${ways}, or use text-to-image.`),
  ]
}

/** What of a picture is kept. */
const kept: Rule<ImageToImage> = (of) => {
  const { request, limits, name } = of
  const { reference, image, humanFidelity } = request
  const given = likeness.filter((field) => request[field] !== undefined)
  const leave = (field: string): string => `Leave ${field} out.`
  if (limits.reference.length === 0) {
    return given.map((field) =>
      problem(field, 'unsupported', `${name} takes no ${field}.`, leave(field), [
        ...otherRows(of, (row) => row.reference.length > 0, 'which takes one'),
        drop(field, leave(field)),
      ]),
    )
  }
  return [
    ...(image === undefined
      ? given.map((field) => problem(field, 'conflict', 'It is about image, which is not set.', leave(field)))
      : []),
    reference !== undefined &&
      !limits.reference.includes(reference) &&
      problem('reference', 'one-of', `${name} keeps no ${reference}.`, leave('reference'), [
        ...otherRows(of, (row) => row.reference.includes(reference), 'which does'),
        drop('reference', leave('reference')),
      ]),
    humanFidelity !== undefined &&
      reference !== 'subject' &&
      problem(
        'humanFidelity',
        'conflict',
        "It goes with reference: 'subject' only.",
        leave('humanFidelity'),
        [drop('humanFidelity', leave('humanFidelity'))],
      ),
  ]
}

/** Words are not needed where subjects meet, or a picture is widened. */
const isNeedless = (request: ImageToImageRequest, { field, rule }: Finding): boolean =>
  wayOf(request) !== 'image' && field === 'prompt' && rule === 'required'

/** What of a request a row does not take; what has no place is not looked at again. */
export const imageInputRule: Rule<ImageToImage> = (of) => {
  const found = inputs(of).filter((one) => !!one)
  const done = new Set(found.filter(({ rule }) => rule === 'conflict').map(({ field }) => field))
  const others = [...imageRules, kept, widening]
    .flatMap((rule) => rule(of))
    .filter((one) => !!one)
    .filter((one) => !done.has(one.field.split('.')[0] ?? '') && !isNeedless(of.request, one))
  return [...found, ...others]
}
