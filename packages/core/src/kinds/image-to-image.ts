import * as z from 'zod/mini'
import type { Media } from '../model/media.ts'
import { imageFilesAt, imageMediaRule, imageShape, imageTexts, imageWarnings, picturesOf } from './image.ts'
import { expansionField } from './image-expansion.ts'
import type { ImageToImage } from './image-to-image-fields.ts'
import { around, imageInputRule, wayOf, waysIn } from './image-to-image-rules.ts'
import { defineKind, type KindRow, type Least, mediaField, optionalField } from './kind.ts'

const share = z.number().check(z.gte(0), z.lte(1))

/**
 * The kind of an {@link ImageToImageRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { imageToImage } from '@reelay/core'
 * imageToImage.schema // the input schema of a tool, as it is
 * ```
 */
export const imageToImage: KindRow<ImageToImage> = defineKind<ImageToImage>('image-to-image', {
  shape: {
    prompt: optionalField(
      z.string(),
      'What the picture shows; may be left out where a picture is widened, or subjects meet.',
    ),
    image: z.optional(mediaField('The picture to follow, or to widen.')),
    reference: optionalField(
      z.literal(['subject', 'face']),
      'What of image is kept, on the models that make a difference.',
    ),
    imageFidelity: optionalField(share, 'How closely to follow image, 0 to 1, on the same models.'),
    humanFidelity: optionalField(share, "How closely to keep a person's features, 0 to 1, beside a subject."),
    subjectImages: optionalField(
      z.array(mediaField('One of them.') as z.ZodMiniType<Media>),
      'Who or what meets, one picture each, on the models that take several.',
    ),
    sceneImage: z.optional(mediaField('Where the subjects are.')),
    styleImage: z.optional(mediaField('In whose style they are shown.')),
    expand: z.optional(expansionField),
    ...imageShape,
  },
  media: ['image', 'references', 'subjectImages', ...around],
  mediaAt: imageFilesAt(['image', 'subjectImages', ...around]),
  texts: imageTexts,
  defaults: {},
  rules: [imageInputRule],
  mediaRule: imageMediaRule,
  warnings: imageWarnings,
  variants: waysIn,
  bills: (subject) => ({ variant: wayOf(subject.request), amounts: { image: picturesOf(subject) } }),
})

/** The smallest request for a picture from a picture. */
export const leastImageToImage: Least<ImageToImage> = ({ limits: { images } }, { media }) => ({
  prompt: 'A paper boat in the rain',
  image: media(images),
})
