import type { ReelayError } from '../../model/error.ts'
import { sniff } from '../../model/sniff.ts'
import type { Output } from '../../model/task.ts'
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
  /** The file begins anew. */
  reset(): void
}

// What `sniff` needs before it can name a type.
const signatureBytes = 12

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Pages, error documents and JSON begin so; no film, picture or sound does. */
const isText = (head: Uint8Array): boolean =>
  /^(\xef\xbb\xbf)?\s*[<{]/.test(String.fromCharCode(...head.subarray(0, signatureBytes)))

function wrongType(kind: Output['kind'], head: Uint8Array): string | undefined {
  if (head.length === 0) return 'is empty'
  const found = sniff(head)?.mediaType
  if (isText(head)) return 'is a page or a message'
  if (kind === 'video') return found?.startsWith('video/') ? undefined : 'lacks the signature of an MP4'
  return found === undefined || found.startsWith(`${kind}/`) ? undefined : `is ${found}`
}

const named = { video: 'a video', image: 'an image', audio: 'a sound' } as const

export function createInspector(output: Output, options: DownloadOptions): Inspector {
  const { maxBytes = defaults.maxBytes } = options
  const isVideo = output.kind === 'video'
  let head: Uint8Array = new Uint8Array()
  let known = false
  let received = 0
  let boxes: Boxes = createBoxes()

  const refuse = (what: string, retryable: boolean): ReelayError =>
    failure(options, `${what} Nothing was kept.`, { retryable })

  function tellType(): void {
    const wrong = wrongType(output.kind, head)
    if (wrong) throw refuse(`What the provider served as ${named[output.kind]} ${wrong}.`, true)
    known = true
  }

  return {
    take(bytes, last) {
      received += bytes.length
      if (received > maxBytes) {
        throw refuse(`The file has more than ${maxBytes} bytes, the most allowed (maxBytes).`, false)
      }
      if (isVideo) boxes.push(bytes)
      let passed = bytes
      if (!known) {
        head = passed = head.length === 0 ? bytes : joined(head, bytes)
        if (!last && head.length < signatureBytes) return new Uint8Array()
        tellType()
      }
      const missing = last && boxes.missing()
      if (missing) throw refuse(`The video is cut off at the provider: ${missing}.`, true)
      return passed
    },
    missing: () => boxes.missing(),
    reset() {
      head = new Uint8Array()
      known = false
      received = 0
      boxes = createBoxes()
    },
  }
}
