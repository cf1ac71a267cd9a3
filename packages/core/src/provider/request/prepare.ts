import { isClipRef, withClipNames } from '../../kinds/clip.ts'
import type { Draft } from '../../kinds/kinds.ts'
import { withFiles } from '../../kinds/media-places.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import { type PreparedMedia, prepareMedia } from '../../model/media-rule.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { Evaluation, Served } from '../appraise.ts'
import { type Engine, hasHeader } from '../engine.ts'
import type { HttpReply, HttpRequest } from '../http/message.ts'
import type { CallOptions, SubmitOptions } from '../options.ts'
import { uploadedBy } from '../own-upload.ts'
import type { Sold } from '../sell.ts'
import { readExchange, toError } from '../task/failure.ts'
import { callbackUrl } from './callback-url.ts'
import { canonicalJson, externalIdFor, sha256Hex } from './hash.ts'

// What addresses may have everywhere, by long habit; a callback to a longer one is lost without anybody noticing.
const longestCallback = 2_000

// Where the name of a type is not how its files end.
const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'video/quicktime': 'mov',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
}

/** The error for a request that was refused before anything was sent. */
export function invalidRequest(
  provider: string,
  account: string,
  problems: readonly Problem[],
  sent = 'nothing was sent.',
): ReelayError {
  const elsewhere = problems.every(({ rule }) => rule === 'unsupported' || rule === 'discontinued')
  const lines = problems.map(({ field, message, fix }) => `  ${field}: ${message} ${fix}`)
  return new ReelayError(
    elsewhere ? 'ERR_UNSUPPORTED' : 'ERR_INVALID_REQUEST',
    `${provider} cannot render this request; ${sent}\n${lines.join('\n')}`,
    { provider, account, outcome: 'none', problems },
  )
}

/** A request ready to be sent, and the record by which it can be found again. */
export interface PreparedSubmit {
  readonly draft: Draft
  readonly create: HttpRequest
  readonly submission: Submission
}

/** The same before its steps, which are paid for: nothing but them stands between it and the create. */
export interface ReadySubmit extends Omit<PreparedSubmit, 'create'> {
  readonly sale: Sold
}

interface ReadMedia {
  readonly media: Record<string, PreparedMedia>
  readonly problems: readonly Problem[]
}

async function readMedia(
  engine: Engine,
  { subject: { request, offer }, row, owner }: Served,
  options: CallOptions,
): Promise<ReadMedia> {
  const media: Record<string, PreparedMedia> = {}
  const problems: Problem[] = []
  const callers = new Set<string>()
  for (const { path, media: file } of row.mediaAt(request, offer.limits, owner)) {
    const rule = row.mediaRule(offer.limits, path)
    if (rule === false) continue
    const prepared = await prepareMedia(path, file, rule, row.lengthOf)
    if ('form' in prepared) {
      media[path] = prepared
      if (rule.uploadedBy) callers.add(path)
    } else problems.push(...prepared)
  }
  // Only when all of them are fit to be sent: an upload for a request that will be refused helps nobody.
  if (problems.length === 0) {
    for (const [path, prepared] of Object.entries(media)) {
      if (prepared.form === 'upload')
        media[path] = await upload(engine, path, prepared, options, callers.has(path))
    }
  }
  return { media, problems }
}

/** What makes two requests the same purchase: every field, defaults filled in, media by their content. */
async function hashRequest(
  { request, offer, options, media }: Draft,
  filled: Readonly<Record<string, unknown>>,
): Promise<string> {
  const digests: Record<string, string> = {}
  for (const [path, { content }] of Object.entries(media)) digests[path] = await sha256Hex(content)
  const named = await withFiles(withClipNames(request), async (path) => digests[path])
  // An address that is a field by itself counts by its digest too: ids of older purchases were derived so.
  const fields = Object.entries(digests).filter(
    ([path]) => path in request && !isClipRef((request as unknown as Record<string, unknown>)[path]),
  )
  const { model, mode } = offer
  return sha256Hex(
    canonicalJson({
      ...named,
      ...Object.fromEntries(fields),
      model,
      mode,
      ...filled,
      providerOptions: options,
    }),
  )
}

/** The create call, with our id in the header where a relay wants it there. */
function named(
  { idempotencyHeader }: Engine,
  create: HttpRequest,
  externalId: string | undefined,
): HttpRequest {
  if (idempotencyHeader === undefined || externalId === undefined) return create
  return { ...create, headers: { ...create.headers, [idempotencyHeader]: externalId } }
}

/** What makes sending it again safe, if anything does. */
async function repeatableAs(
  { spec, repeatableMs }: Engine,
  { route, startedAt }: Submission,
  { json }: HttpRequest,
): Promise<Submission['repeatable']> {
  const { idempotency = 'none' } = spec.routes[route] ?? {}
  if (idempotency === 'none' || repeatableMs === 0) return undefined
  if (idempotency === 'external-id') return true
  return { until: startedAt + repeatableMs, bytes: await sha256Hex(JSON.stringify(json)) }
}

/**
 * Brings the media of an appraised request where the provider wants them, and names the submission; buys nothing but what
 * `takeSteps` does.
 *
 * @param takeSteps Runs the steps before the create and answers with what they brought; nothing where there are none.
 * @throws what `takeSteps` throws; else ReelayError outcome `none`: `ERR_INVALID_REQUEST` or `ERR_UNSUPPORTED` with every problem found, or what went
 * wrong with an upload.
 */
export async function prepareRequest(
  engine: Engine,
  { served, appraisal: { problems } }: Evaluation,
  options: SubmitOptions,
  takeSteps: (ready: ReadySubmit) => Promise<Draft['steps']>,
): Promise<PreparedSubmit> {
  const { spec, account, clock, owner } = engine
  if (!served || problems.length > 0) throw invalidRequest(spec.id, account, problems)
  if (engine.idempotencyHeader !== undefined && hasHeader(options.headers, engine.idempotencyHeader)) {
    const taken = `${engine.idempotencyHeader} names each purchase by itself.`
    throw invalidRequest(spec.id, account, [
      problem('headers', 'reserved', taken, 'Leave it out, and pass an idempotencyKey.'),
    ])
  }
  const { subject, sale } = served
  const { request, offer, options: own, ...filled } = subject
  const read = await readMedia(engine, served, options)
  if (read.problems.length > 0) throw invalidRequest(spec.id, account, read.problems)

  const { model, mode, route } = offer
  const plain = { ...subject, media: read.media } as Draft
  const requestHash = await hashRequest(plain, filled)
  const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID()
  const { number = 1 } = options.order ?? {}
  const { idempotency = 'none' } = spec.routes[route] ?? {}
  const purchase = { idempotencyKey, requestHash, route, number }
  const externalId = idempotency === 'none' ? undefined : await externalIdFor(purchase)
  const submission: Submission = {
    v: 1,
    ...owner,
    kind: request.kind,
    model,
    mode,
    route,
    idempotencyKey,
    requestHash,
    attempt: crypto.randomUUID(),
    ...(number > 1 && { number }),
    startedAt: clock.now(),
    ...(externalId === undefined ? {} : { externalId }),
  }
  const webhookUrl =
    options.webhookUrl === undefined ? undefined : callbackUrl(options.webhookUrl, submission)
  if (webhookUrl && webhookUrl.length > longestCallback) {
    const long = `With the name of this purchase it has ${webhookUrl.length} characters, ${longestCallback} at most.`
    const fix = 'Shorten it, or the idempotencyKey, which it carries.'
    throw invalidRequest(spec.id, account, [problem('webhookUrl', 'length', long, fix)])
  }
  const draft: Draft = {
    ...plain,
    externalId: idempotency === 'external-id' ? externalId : undefined,
    webhookUrl,
  }
  const steps = await takeSteps({ sale, draft, submission })
  const ready = steps ? { ...draft, steps } : draft
  const create = named(engine, sale.encode(ready), externalId)
  const repeatable = await repeatableAs(engine, submission, create)
  const fingerprint = spec.search && (await sha256Hex(canonicalJson(spec.search.echoed(create))))
  const found = { ...(repeatable && { repeatable }), ...(fingerprint && { fingerprint }) }
  return { draft: ready, create, submission: { ...submission, ...found } }
}

/**
 * Brings a file to the provider. Nothing is bought by it, so whatever goes wrong has the outcome `none`.
 *
 * @param byCaller Whether by the caller's own upload.
 * @throws ReelayError, or the caller's abort reason.
 */
export async function upload(
  engine: Engine,
  path: string,
  media: PreparedMedia,
  options: CallOptions,
  byCaller = false,
): Promise<PreparedMedia> {
  const { spec, account, near, transport } = engine
  const details = { provider: spec.id, account }
  async function ask(request: HttpRequest): Promise<HttpReply> {
    const send = await transport.prepare(request, options).catch((error: unknown) => {
      throw ReelayError.isInstance(error) ? withDetails(error, details) : error
    })
    const result = readExchange(spec, await send(), transport.redactor(options))
    options.abortSignal?.throwIfAborted()
    if (result.failure) throw toError(result.failure, `an upload of ${path}`, 'none', details)
    return result.reply
  }
  const mediaType = media.mediaType ?? 'application/octet-stream'
  const name = `${path.replaceAll('.', '-')}.${endings[mediaType] ?? mediaType.split('/')[1] ?? 'bin'}`
  const bytes = typeof media.content === 'string' ? new Uint8Array() : media.content
  const file = { bytes, mediaType, name }
  if (byCaller && engine.upload) {
    const at = { path, near, provider: spec.id, account }
    return { ...media, value: await uploadedBy(engine.upload, file, at, options) }
  }
  const value = await spec.upload?.(file, ask)
  if (value !== undefined) return { ...media, value }
  const message = `${spec.id} took the upload of ${path} but did not say where it is. Nothing was bought; pass a URL instead.`
  throw new ReelayError('ERR_UNEXPECTED_REPLY', message, { ...details, outcome: 'none', retryable: true })
}
