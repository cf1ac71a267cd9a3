import type { Output, SucceededTask } from '../../model/task.ts'

const extensions = new Map(
  Object.entries({
    'video/mp4': 'mp4',
    'video/quicktime': 'mov',
    'video/webm': 'webm',
    'image/png': 'png',
    'image/jpeg': 'jpg',
    'image/webp': 'webp',
    'image/gif': 'gif',
    'audio/mpeg': 'mp3',
    'audio/mp4': 'm4a',
    'audio/wav': 'wav',
    'audio/x-wav': 'wav',
  }),
)

const common: Readonly<Record<Output['kind'], string>> = { video: 'mp4', image: 'png', audio: 'mp3' }

/**
 * Where one output of a task goes: the same for all of them, or a function that names each.
 *
 * @example
 * ```ts
 * import { type Destination, fileNamePart } from '@reelay/core'
 * export const destination: Destination = ({ handle }, _output, index) =>
 *   `clips/${handle.provider}/${fileNamePart(handle.id)}-${index}.mp4`
 * ```
 */
export type Destination =
  | string
  | ((task: SucceededTask, output: Output, index: number) => string | Promise<string>)

/**
 * How the name of an output's file ends: by its media type, else the commonest of its kind.
 *
 * @example
 * ```ts
 * import type { SucceededTask } from '@reelay/core'
 * import { extensionOf } from '@reelay/core/node'
 * const name = ({ id, outputs: [output] }: SucceededTask): string => `${id}.${extensionOf(output)}` // 8123.png
 * ```
 */
export const extensionOf = ({ kind, mediaType }: Pick<Output, 'kind' | 'mediaType'>): string =>
  extensions.get(mediaType) ?? common[kind]

const numbered = (stem: string, index: number, extension: string): string =>
  `${stem}${index === 0 ? '' : `-${index + 1}`}.${extension}`

/**
 * The name of one output. A string is the name of the first; the others get a number, and the extension of their kind.
 * One that ends with a separator is a place, in which the files are called after provider and task.
 */
export async function destinationOf(
  destination: Destination,
  task: SucceededTask,
  output: Output,
  index: number,
): Promise<string> {
  if (typeof destination === 'function') return destination(task, output, index)
  const extension = extensionOf(output)
  if (/[/\\:]$/.test(destination) || destination === '') {
    const name = `${fileNamePart(task.handle.provider)}-${fileNamePart(task.id)}`
    return destination + numbered(name, index, extension)
  }
  if (index === 0) return destination
  const [, stem = destination, own] = /^(.*[^/\\:])\.([a-z\d]+)$/i.exec(destination) ?? []
  const alike = output.kind === task.outputs[0].kind ? own : undefined
  return numbered(stem, index, alike ?? extension)
}

// Longer than any provider's id; with folder, extension and the suffix of a temporary file far below the 255 bytes that
// file systems allow for a name.
const longest = 80
const kept = 64

// What Windows opens as a device, with any extension, in any folder (learn.microsoft.com/windows/win32/fileio/naming-a-file).
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** FNV-1a over UTF-16 units: not a secret, only to keep apart what would otherwise get one name. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/**
 * Any text as one part of a file name or a storage key: letters, digits, `_`, `-`, and dots that are neither first nor
 * last; 1 to 80 characters, no device name of any system. What already is such a part comes back as it is; anything
 * else is cleaned and gets a fingerprint of the text, so that two texts do not share one file. Never throws.
 *
 * For names out of replies: ids, models and file names are the provider's words.
 *
 * @example
 * ```ts
 * import { fileNamePart } from '@reelay/core'
 * fileNamePart('cgt-2026.11') // 'cgt-2026.11'
 * fileNamePart('../../../evil') // 'evil-c4f19b64'
 * ```
 */
export function fileNamePart(text: string): string {
  const cleaned = text
    .slice(0, kept)
    .replaceAll(/[^\w.-]+/g, '_')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
  const plain = /^\w$|^\w[\w.-]*[\w-]$/.test(text) && !text.includes('..') && text.length <= longest
  if (plain && !device.test(text)) return text
  return `${device.test(cleaned) || cleaned === '' ? '_' : ''}${cleaned}-${fingerprint(text)}`
}
