import type { Output } from '../../model/task.ts'
import { openBytes, openDataUri } from './local.ts'
import { ownFault } from './local-fault.ts'
import { assertLimits, type DownloadOptions, failure } from './options.ts'
import { openRemote } from './remote.ts'
import type { Source, StartOver } from './source.ts'

// Often enough for a progress bar, rarely enough to cost nothing.
const leastStep = 256 * 1024

function reported(source: Source, counted: { bytes: number }, { onProgress }: DownloadOptions): Source {
  if (!onProgress) return source
  let told = -1
  const tell = (bytes: number): void => {
    told = bytes
    const { size } = source
    try {
      onProgress({ bytes, ...(size !== undefined && { size }) })
    } catch {
      // A broken progress bar must not lose a paid clip.
    }
  }
  return {
    get mediaType() {
      return source.mediaType
    },
    get size() {
      return source.size
    },
    get ownsMemory() {
      return source.ownsMemory
    },
    async read() {
      const chunk = await source.read()
      counted.bytes += chunk?.length ?? 0
      const step = Math.max(leastStep, (source.size ?? 0) / 100)
      if (chunk === undefined ? told !== counted.bytes : counted.bytes - told >= step) tell(counted.bytes)
      return chunk
    },
    cancel: () => source.cancel(),
  }
}

function openAny(
  output: Output,
  options: DownloadOptions,
  startOver: StartOver | undefined,
): Source | Promise<Source> {
  const { body, url } = output
  if (body) return openBytes(output, body, options)
  if (url === undefined) {
    throw failure(options, 'The output has neither a URL nor bytes.', { retryable: false })
  }
  if (/^data:/i.test(url)) return openDataUri(output, url, options)
  return openRemote(output, url, options, startOver)
}

/**
 * Opens whatever an output consists of.
 *
 * @param startOver Given by a sink that can forget what it has got.
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`.
 */
export async function openSource(
  output: Output,
  options: DownloadOptions,
  startOver?: StartOver,
): Promise<Source> {
  assertLimits(options)
  const counted = { bytes: 0 }
  const again =
    startOver &&
    (() => {
      counted.bytes = 0
      return startOver()
    })
  try {
    return reported(await openAny(output, options, again), counted, options)
  } catch (error) {
    // A clock that throws, or what is no output at all.
    throw ownFault(error, options)
  }
}
