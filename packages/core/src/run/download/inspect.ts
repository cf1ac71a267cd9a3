import type { ReelayError } from '../../model/error.ts'
import { sniff } from '../../model/sniff.ts'
import type { Output } from '../../model/task.ts'
import type { FileFacts } from './answer.ts'
import { type Boxes, createBoxes } from './boxes.ts'
import { type DownloadOptions, defaults, failure } from './options.ts'

/** Looks at a file on its way, so that only what it claims to be gets through. */
export interface Inspector {
  /**
   * Takes the next bytes and gives back what may be handed on: nothing until enough is known to tell the type.
   *
   * @param last Whether the file ends with them: then they are not let through if it lacks something.
   * @throws ReelayError
   */
  take(bytes: Uint8Array, last: boolean): Uint8Array
  /** Why a file that ends here is not whole, or `undefined`. */
  missing(): string | undefined
  /** What the file is: by its bytes; until there are any, or where they do not tell, by what its server or the task says. */
  mediaType(): string
  /** The file begins anew. */
  reset(): void
}

// What `sniff` needs before it can name every type.
const signatureBytes = 64

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Pages, error documents and JSON begin so, UTF-16 ones too; no film, picture or sound does. */
const isPage = (head: Uint8Array): boolean =>
  /^(\xef\xbb\xbf)?\s*[<{[]|^(\xff\xfe[<{]\0|\xfe\xff\0[<{])/.test(
    String.fromCharCode(...head.subarray(0, 16)),
  )

/** Binary formats have control characters near their beginning. */
const isText = (head: Uint8Array): boolean => head.every((byte) => byte > 31 || (byte > 8 && byte < 14))

const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b

// Films and sounds share their containers.
const containers = new Map<string, string>([
  ['video/mp4', 'audio/mp4'],
  ['video/quicktime', 'audio/mp4'],
  ['video/webm', 'audio/webm'],
])
const inBoxes: ReadonlySet<string | undefined> = new Set(['video/mp4', 'video/quicktime'])

function typeFor(kind: Output['kind'], head: Uint8Array): string | undefined {
  const found = sniff(head)?.mediaType
  if (kind === 'audio') return containers.get(found ?? '') ?? found
  return kind === 'video' && found === 'audio/ogg' ? 'video/ogg' : found
}

function wrongType(kind: Output['kind'], head: Uint8Array, found: string | undefined): string | undefined {
  if (head.length === 0) return 'is empty'
  // First: the size of a large first box may look like the beginning of a page.
  if (found?.startsWith(`${kind}/`)) return undefined
  if (isPage(head)) return 'is a page or a message'
  if (found !== undefined) return `is ${found}`
  if (isGzip(head)) return 'is compressed with gzip and arrived so'
  if (kind === 'video') return 'lacks the signature of a video'
  return isText(head) ? 'is text' : undefined
}

const named = { video: 'a video', image: 'an image', audio: 'a sound' } as const

/** @param served What the server says of the file, where one serves it. */
export function createInspector(
  output: Output,
  options: DownloadOptions,
  served: () => FileFacts | undefined = () => undefined,
): Inspector {
  const { maxBytes = defaults.maxBytes } = options
  const { kind } = output
  let head: Uint8Array = new Uint8Array()
  let known = false
  let found: string | undefined
  let received = 0
  let boxes: Boxes | undefined

  const refuse = (what: string, retryable: boolean): ReelayError =>
    failure(options, `${what} Nothing was kept.`, { retryable })

  function called(): string {
    const { mediaType, coding } = served() ?? {}
    const words = [mediaType && `called ${mediaType}`, coding && `in the content coding ${coding}`]
    return words.some(Boolean) ? ` (${words.filter(Boolean).join(', ')})` : ''
  }

  function tellType(): void {
    found = typeFor(kind, head)
    const wrong = wrongType(kind, head, found)
    if (wrong) throw refuse(`What the provider served as ${named[kind]} ${wrong}${called()}.`, true)
    known = true
    // Only films: a sound without one of these boxes may still play.
    if (inBoxes.has(found)) boxes = createBoxes()
  }

  return {
    take(bytes, last) {
      received += bytes.length
      if (received > maxBytes) {
        throw refuse(`The file has more than ${maxBytes} bytes, the most allowed (maxBytes).`, false)
      }
      let passed = bytes
      if (!known) {
        head = passed = head.length === 0 ? bytes : joined(head, bytes)
        if (!last && head.length < signatureBytes) return new Uint8Array()
        tellType()
      }
      boxes?.push(passed)
      const missing = last && boxes?.missing()
      if (missing) throw refuse(`The video is cut off at the provider: ${missing}.`, true)
      return passed
    },
    missing: () => boxes?.missing(),
    mediaType() {
      const label = served()?.mediaType
      return found ?? (label?.startsWith(`${kind}/`) ? label : output.mediaType)
    },
    reset() {
      head = new Uint8Array()
      known = false
      found = undefined
      received = 0
      boxes = undefined
    },
  }
}
