import type { Exchange } from '../engine/exchange.ts'
import { isRecord } from '../http/json.ts'
import { invalid, isRefusal, type Refusal } from './errors.ts'
import { fromBase64 } from './images.ts'
import type { PiapiState } from './state.ts'

/** An input file that lies on the media host for a while. */
export interface Upload {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
  /** Milliseconds since the Unix epoch. */
  readonly at: number
}

const contentTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
}

/** Keeps a file; the path on the media host, or why not. Keys of the body: a public client, 2026. */
export function upload(state: PiapiState, { json }: Pick<Exchange, 'json'>): string | Refusal {
  const read = readUpload(json, state.settings.uploadMaxBytes)
  if (isRefusal(read)) return read
  const { name, bytes } = read
  // Two files of one name do not replace each other.
  const path = `/ephemeral/${state.ids.uuid()}/${encodeURIComponent(name)}`
  const contentType = contentTypes[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'
  state.uploads.set(path, { bytes, contentType, at: state.clock.now() })
  return path
}

interface UploadBody {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

function readUpload(json: unknown, maxBytes: number): UploadBody | Refusal {
  if (!isRecord(json)) return invalid('body', 'is not a JSON object')
  const { file_name: name, file_data: data } = json
  if (typeof name !== 'string' || !/^[^/\\]+\.\w+$/.test(name)) return invalid('file_name')
  if (typeof data !== 'string') return invalid('file_data', 'must be of type string')
  if (data.startsWith('data:')) return invalid('file_data', 'must come without a data: prefix')
  const bytes = fromBase64(data)
  if (!bytes) return invalid('file_data', 'is not base64')
  return bytes.length > maxBytes ? invalid('file_data', 'task input too large') : { name, bytes }
}
