import type { Problem, RenderRequest, VideoProvider } from '@reelay/core'
import { misses, wantedOf } from './artefact.ts'
import { exceptions } from './exceptions.ts'
import type { Answer } from './market.ts'

type Fields = Readonly<Record<string, unknown>>

const bodyOf = (provider: VideoProvider, request: Fields): unknown =>
  provider.encode?.(request as unknown as RenderRequest)?.json

/** Names of the fields that one body has and another lacks, however deep they lie. */
function addedFields(body: unknown, without: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null) return []
  const other = (typeof without === 'object' && without !== null ? without : {}) as Fields
  return Object.entries(body).flatMap(([name, value]) =>
    name in other ? addedFields(value, other[name]) : [name],
  )
}

/** Whether the provider would never learn of a field: it is in no body, or under a name that the provider ignores. */
function isUnheard(
  provider: VideoProvider,
  request: Fields,
  field: string,
  ignored: readonly string[],
): boolean {
  const [name = ''] = field.split('.')
  const value = request[name]
  if (value === undefined) return false
  if (Array.isArray(value) && value.length === 0) return true
  const { [name]: _left, ...rest } = request
  const empty = typeof value === 'string' ? '' : {}
  const body = bodyOf(provider, request)
  // What a kind cannot do without is emptied.
  const without = bodyOf(provider, rest) ?? bodyOf(provider, { ...request, [name]: empty })
  if (JSON.stringify(body) === JSON.stringify(without)) return true
  const added = addedFields(body, without)
  if (name === 'references' && added.length === 0) return true
  return added.length > 0 && added.every((one) => ignored.includes(one))
}

/** Whether the body is that of another kind, which needs less. */
function isOfAnotherKind(provider: VideoProvider, request: RenderRequest): boolean {
  if (request.kind === 'reference-to-video') return Object.keys(request.references ?? {}).length === 0
  if (request.kind === 'image-to-image') {
    const { image, subjectImages, references = {}, expand } = request
    const isPicture = (one: unknown): boolean => !Object.hasOwn(Object(one), 'element')
    return !(image ?? subjectImages ?? expand) && !Object.values(references).some(isPicture)
  }
  if (request.kind !== 'image-to-video') return false
  // Beside a picture no shape is sent.
  const { startImage: _start, endImage: _end, aspectRatio: _shape, ...rest } = request
  const body = JSON.stringify(bodyOf(provider, { ...request, aspectRatio: undefined }))
  return body === JSON.stringify(bodyOf(provider, { ...rest, kind: 'text-to-video' }))
}

/** Why it was right to refuse a request that the provider makes something of; `undefined` where it was not. */
export function reasonFor(
  provider: VideoProvider,
  request: RenderRequest,
  problems: readonly Problem[],
  { ignored, task, seconds }: Answer,
): string | undefined {
  const fields = request as unknown as Fields
  if (problems.some(({ field }) => isUnheard(provider, fields, field, ignored)))
    return 'left out without a word'
  // One of them is in the body.
  if (fields.text !== undefined && fields.audio !== undefined) return 'left out without a word'
  const wanted = wantedOf(request)
  const [from = 0, to = Number.POSITIVE_INFINITY] = wanted?.seconds ?? []
  const isOther = seconds !== undefined && (seconds < from || seconds > to)
  if (wanted && task?.status === 'succeeded' && (isOther || misses(wanted, task.outputs)))
    return 'made otherwise than asked for'
  if (isOfAnotherKind(provider, request)) return 'made as another kind'
  return exceptions.find(({ matches }) => problems.some((one) => matches(one, provider.id, fields)))?.name
}
