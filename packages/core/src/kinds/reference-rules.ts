import type { Media } from '../model/media.ts'
import { type Finding, problem, type Way } from '../model/problem.ts'
import type { Rule } from './kind.ts'
import { type Name, namesIn, type Of, type Referring } from './reference-naming.ts'
import { type ReferenceType, typeOf } from './references.ts'
import { otherRows } from './rule.ts'
import type { VideoLimits } from './video-fields.ts'
import { drop } from './ways.ts'

/** The same of clips, which may have frames and sound as well. */
interface ReferringClip extends Referring {
  readonly request: Referring['request'] & {
    readonly startImage?: Media
    readonly endImage?: Media
    readonly generateAudio?: boolean
  }
  readonly limits: Referring['limits'] & Pick<VideoLimits, 'endImage' | 'audio'>
}

const plural: Readonly<Record<ReferenceType, string>> = {
  image: 'pictures',
  element: 'elements',
  video: 'videos',
}

/** Other rows, by what they say of references. */
const rowsThat = (of: Of, allows: (limits: Referring['limits']) => boolean, which: string): readonly Way[] =>
  otherRows(of, (limits) => allows(limits as Referring['limits']), which)

/** What of one reference by itself a row does not take. */
export function notTaken(of: Of, [name, reference]: Name): readonly (Finding | false | undefined)[] {
  const { limits, name: row } = of
  const { elements, videos } = limits.references
  const field = `references.${name}`
  const type = typeOf(reference)
  const takes = (rest: Referring['limits']): boolean =>
    type === 'image'
      ? rest.references.images > 0
      : type === 'video'
        ? rest.references.videos !== undefined
        : rest.references.elements?.by.includes('element' in Object(reference) ? 'id' : 'images') === true
  if (!takes(limits)) {
    const what =
      type === 'element'
        ? elements
          ? `elements by ${elements.by[0] === 'id' ? 'their id' : 'their pictures'} only`
          : 'no elements'
        : `no ${plural[type]} as references`
    return [
      problem(field, 'unsupported', `${row} takes ${what}.`, 'Leave it out, and describe it in the prompt.', [
        ...rowsThat(of, takes, 'which takes it'),
        drop(field, `Leave ${name} out, and describe it in the prompt.`),
      ]),
    ]
  }
  if (type === 'image') return []
  if (type === 'video') {
    const keeps =
      'keepSound' in Object(reference) && (reference as { keepSound?: boolean }).keepSound === true
    return [
      keeps &&
        !videos?.keepSound &&
        problem(`${field}.keepSound`, 'unsupported', `${row} keeps no sound of a video.`, 'Leave it out.', [
          drop(`${field}.keepSound`, 'Leave keepSound out.'),
        ]),
    ]
  }
  const pictures = (reference as { readonly images?: readonly Media[] }).images?.length
  const [fewest, most] = elements?.pictures ?? [1, Number.POSITIVE_INFINITY]
  return [
    pictures !== undefined &&
      (pictures < fewest || pictures > most) &&
      problem(
        `${field}.images`,
        'range',
        `${row} takes an element of ${fewest} to ${most} pictures, not ${pictures}.`,
        `Pass ${fewest} to ${most}, the one from the front first.`,
      ),
  ]
}

/** Too many of something, with rows that take as many; fewer is for the caller to choose. */
export function tooMany(
  of: Of,
  what: string,
  count: number,
  mostOf: (limits: Referring['limits']) => number,
): Finding | false {
  const most = mostOf(of.limits)
  if (count <= most) return false
  const message = `${of.name} takes at most ${most} ${what}, not ${count}.`
  const fix = `Leave ${count - most} out.`
  return problem('references', 'range', message, fix, [
    ...rowsThat(of, (limits) => mostOf(limits) >= count, `which takes ${count}`),
    ...namesIn(of)
      .slice(most)
      .map(([name]) => drop(`references.${name}`, `Leave ${name} out.`)),
  ])
}

/** How many references a row takes, and of what. */
export const counts: Rule<ReferringClip> = (of) => {
  const { request } = of
  const names = namesIn(of)
  const frames = [request.startImage, request.endImage].filter((image) => image !== undefined).length
  if (names.length === 0) {
    const fix = 'Give at least one, or use text-to-video or image-to-video.'
    const framed = of.limits.references.startImage && frames > 0
    return [!framed && problem('references', 'required', 'There is no reference.', fix)]
  }
  const found = names.flatMap((name) => notTaken(of, name))
  if (found.some((one) => one)) return found
  const of1 = (type: ReferenceType): number =>
    names.filter(([, reference]) => typeOf(reference) === type).length
  const [images, elements, videos] = [of1('image'), of1('element'), of1('video')]
  const hasVideo = videos > 0
  const together = (limits: Referring['limits']): number => {
    const { most, mostBesideVideo = most, framesCount } = limits.references
    return (hasVideo ? mostBesideVideo : most) - (framesCount ? frames : 0)
  }
  const elementsAt = ({ references: { elements: row } }: Referring['limits']): number => {
    const { most = 0, besideStart = most, besideEnd = most } = row ?? {}
    if (request.endImage !== undefined) return Math.min(besideStart, besideEnd)
    return request.startImage !== undefined ? besideStart : most
  }
  return [
    tooMany(of, 'pictures as references', images, (limits) => limits.references.images),
    tooMany(of, `elements${frames > 0 ? ' beside frames' : ''}`, elements, elementsAt),
    tooMany(of, 'videos as references', videos, (limits) => limits.references.videos?.most ?? 0),
    tooMany(
      of,
      `references${hasVideo ? ' beside a video' : ''}${frames > 0 ? ' and frames' : ''}`,
      images + elements,
      together,
    ),
  ]
}

/** What goes together with a video, and with frames. */
export const beside: Rule<ReferringClip> = (of) => {
  const { request, limits, name } = of
  const { startImage, endImage, shots, generateAudio } = request
  const names = namesIn(of)
  const { videos, imagesBesideEnd, startImage: takesStart } = limits.references
  const hasVideo = videos !== undefined && names.some(([, reference]) => typeOf(reference) === 'video')
  const pictures = names.filter(([, reference]) => typeOf(reference) === 'image').length
  const ended = endImage !== undefined && limits.endImage !== false
  const frames = 1 + (startImage === undefined ? 0 : 1)
  return [
    startImage !== undefined &&
      !takesStart &&
      problem(
        'startImage',
        'unsupported',
        `${name} takes no start image beside references.`,
        'Leave it out.',
        [
          ...rowsThat(of, (row) => row.references.startImage, 'which takes one'),
          drop('startImage', 'Leave startImage out.'),
        ],
      ),
    hasVideo &&
      takesStart &&
      startImage !== undefined &&
      !videos.startImage &&
      problem('startImage', 'conflict', `${name} takes no start image beside a video.`, 'Leave it out.', [
        drop('startImage', 'Leave startImage out.'),
      ]),
    hasVideo &&
      ended &&
      !videos.startImage &&
      problem('endImage', 'conflict', `${name} takes no end image beside a video.`, 'Leave it out.', [
        drop('endImage', 'Leave endImage out.'),
      ]),
    hasVideo &&
      shots !== undefined &&
      !videos.shots &&
      problem(
        'shots',
        'conflict',
        `${name} takes no shots beside a video.`,
        'Say in the prompt what comes after what.',
      ),
    hasVideo &&
      generateAudio === true &&
      limits.audio === 'optional' &&
      problem('generateAudio', 'conflict', `${name} makes no sound beside a video.`, 'Leave it out.', [
        drop('generateAudio', 'Leave generateAudio out.'),
      ]),
    ended &&
      imagesBesideEnd !== undefined &&
      pictures + frames > imagesBesideEnd &&
      problem(
        'endImage',
        'conflict',
        `${name} takes an end image only beside at most ${imagesBesideEnd} pictures, frames among them.`,
        'Leave it out.',
        [drop('endImage', 'Leave endImage out.')],
      ),
  ]
}
