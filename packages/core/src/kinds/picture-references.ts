import type { Media } from '../model/media.ts'
import type { PictureReference } from './image-fields.ts'
import type { Rule } from './kind.ts'
import { namesIn, naming, type Referring } from './reference-naming.ts'
import { notTaken, tooMany } from './reference-rules.ts'
import { type ReferenceType, typeOf } from './references.ts'

/** The types of kinds of pictures whose prompt speaks of references. */
interface ReferringPicture extends Referring {
  readonly kind: 'text-to-image' | 'image-to-image'
  readonly request: Omit<Referring['request'], 'references'> & {
    readonly references?: { readonly [name: string]: PictureReference }
    /** A picture that no name stands for. */
    readonly image?: Media
  }
}

/** What the names in a picture's prompt stand for, and how much of it a row takes. */
export const pictureReferences: Rule<ReferringPicture> = (of) => {
  const names = namesIn(of)
  if (names.length === 0) return []
  const found = names.flatMap((name) => notTaken(of, name))
  if (found.some((one) => one)) return found
  const count = (type: ReferenceType): number =>
    names.filter(([, reference]) => typeOf(reference) === type).length
  const [images, elements] = [count('image'), count('element')]
  const beside = of.request.image === undefined ? 0 : 1
  return [
    ...naming(of),
    tooMany(of, 'pictures as references', images, ({ references }) => references.images),
    tooMany(of, 'elements', elements, ({ references }) => references.elements?.most ?? 0),
    tooMany(
      of,
      `references${beside > 0 ? ' beside a picture' : ''}`,
      images + elements,
      ({ references }) => references.most - beside,
    ),
  ]
}
