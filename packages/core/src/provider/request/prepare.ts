import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { Media } from '../../model/media.ts'
import { type PreparedMedia, prepareMedia } from '../../model/media-rule.ts'
import type { Offer } from '../../model/offer.ts'
import type { Problem } from '../../model/problem.ts'
import { kinds, type RenderRequest } from '../../model/request/index.ts'
import type { SubmitOptions } from '../provider.ts'
import type { Draft, ProviderSpec } from '../spec.ts'
import { checkRequest, ownOptions } from './check.ts'
import { canonicalJson, externalIdFor, sha256Hex } from './hash.ts'
import { defaultDuration } from './limits.ts'

/** The error for a request that was refused before anything was sent. */
export function invalidRequest(provider: string, account: string, problems: readonly Problem[]): ReelayError {
  const elsewhere = problems.every(({ rule }) => rule === 'unsupported' || rule === 'discontinued')
  const lines = problems.map(({ field, message, fix }) => `  ${field}: ${message} ${fix}`)
  return new ReelayError(
    elsewhere ? 'ERR_UNSUPPORTED' : 'ERR_INVALID_REQUEST',
    `${provider} cannot render this request; nothing was sent.\n${lines.join('\n')}`,
    { provider, account, outcome: 'none', problems },
  )
}

/** A request ready to be sent, and the record by which it can be found again. */
export interface Prepared {
  readonly draft: Draft
  readonly submission: Submission
}

async function readMedia(
  request: RenderRequest,
  offer: Offer,
): Promise<{ media: Record<string, PreparedMedia>; problems: readonly Problem[] }> {
  const media: Record<string, PreparedMedia> = {}
  const problems: Problem[] = []
  for (const field of kinds[request.kind].media) {
    const value = (request as unknown as Record<string, Media | undefined>)[field]
    if (value === undefined || offer.limits.images === false) continue
    const prepared = await prepareMedia(field, value, offer.limits.images)
    if ('form' in prepared) media[field] = prepared
    else problems.push(...prepared)
  }
  return { media, problems }
}

/**
 * Checks a request, reads its media, and names the submission; sends nothing.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST` or `ERR_UNSUPPORTED`, outcome `none`, with every problem found.
 */
export async function prepareRequest(
  spec: ProviderSpec,
  account: string,
  request: RenderRequest,
  options: SubmitOptions,
  now: number,
): Promise<Prepared> {
  const { offer, problems } = checkRequest(spec, request)
  if (!offer) throw invalidRequest(spec.id, account, problems)
  const read = await readMedia(request, offer)
  if (read.problems.length > 0) throw invalidRequest(spec.id, account, read.problems)

  const duration = request.duration ?? defaultDuration
  const digests: Record<string, string> = {}
  for (const [field, { content }] of Object.entries(read.media)) digests[field] = await sha256Hex(content)
  const { model, mode, route } = offer
  const requestHash = await sha256Hex(
    canonicalJson({
      ...request,
      ...digests,
      model,
      mode,
      duration,
      providerOptions: ownOptions(spec, request),
    }),
  )
  const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID()
  const byExternalId = spec.routes[route]?.idempotency === 'external-id'
  const externalId = byExternalId ? await externalIdFor(idempotencyKey, requestHash, route) : undefined
  return {
    draft: {
      request,
      offer,
      duration,
      media: read.media,
      options: ownOptions(spec, request),
      externalId,
      webhookUrl: options.webhookUrl,
    },
    submission: {
      v: 1,
      provider: spec.id,
      account,
      kind: request.kind,
      model,
      mode,
      route,
      idempotencyKey,
      requestHash,
      startedAt: now,
      ...(externalId === undefined ? {} : { externalId }),
    },
  }
}
