import { fileNamePart } from '../../model/file-name.ts'
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

/** Where one output of a task goes: the same for all of them, or a function that names each. */
export type Destination =
  | string
  | ((task: SucceededTask, output: Output, index: number) => string | Promise<string>)

const extensionOf = ({ kind, mediaType }: Output): string => extensions.get(mediaType) ?? common[kind]

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
