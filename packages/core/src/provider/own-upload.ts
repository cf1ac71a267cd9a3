import type { KindRow } from '../kinds/kind.ts'
import { unlessAborted } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import { kindOf } from '../model/foreign.ts'
import { type MediaRule, openMedia } from '../model/media.ts'
import type { CallOptions } from './options.ts'
import { reachProblems } from './request/reach.ts'
import type { Sold } from './sell.ts'
import type { UploadFile } from './spec.ts'

/**
 * Brings a file to where the provider can fetch it, a bucket of your own for instance, and answers with its public https
 * URL: for what a provider takes by a URL only and has no upload of its own for. Called once all of a request is checked and
 * before anything is bought; the provider fetches the file some time afterwards.
 *
 * @example
 * ```ts
 * import type { Upload } from '@reelay/core'
 * export const toBucket: Upload = async ({ bytes, mediaType, name }) => {
 *   const url = `https://media.example.com/${crypto.randomUUID()}/${name}`
 *   await fetch(url, { method: 'PUT', body: bytes.slice(), headers: { 'content-type': mediaType } })
 *   return url
 * }
 * ```
 */
export type Upload = (file: UploadFile) => Promise<string | URL>

const reachedBy = (rule: MediaRule | false): MediaRule | false =>
  rule !== false && rule.forms.every((form) => form === 'url')
    ? { ...rule, forms: [...rule.forms, 'upload'], uploadedBy: 'caller' }
    : rule

/** The same kinds, where bytes are taken for what would otherwise need a URL. */
export const withUploads = (sold: readonly Sold[]): readonly Sold[] =>
  sold.map((sale) => ({
    ...sale,
    kinds: sale.kinds.map(
      (row): KindRow => ({
        ...row,
        mediaRule: (limits, path) => reachedBy(row.mediaRule(limits, path)),
      }),
    ),
  }))

/** @throws ReelayError `ERR_CONFIG`, outcome `none`, for what is no function. */
export function assertUpload(
  upload: unknown,
  details: { readonly provider: string; readonly account: string },
): void {
  if (upload === undefined || typeof upload === 'function') return
  const message = `upload is of type ${typeof upload}. Pass a function, which a configuration can hold only where it is a program: it brings a file to a public https URL, and answers with it.`
  throw new ReelayError('ERR_CONFIG', message, { ...details, outcome: 'none' })
}

/** What is wrong with the address that a caller's upload answered with, as a clause. */
function addressFault(address: unknown, near: boolean): string | undefined {
  if (typeof address !== 'string') return `is of type ${typeof address}`
  const opened = openMedia(address)
  if (opened.type !== 'url') return 'is no URL'
  if (near) return undefined
  if (!address.startsWith('https:')) return 'is not https'
  return reachProblems('', address, near, '').length > 0 ? 'can be reached from this network only' : undefined
}

/**
 * Has the caller bring a file to where the provider can fetch it.
 *
 * @param near Whether the provider stands where the caller does.
 * @throws ReelayError outcome `none`, whatever went wrong; or the caller's abort reason.
 */
export async function uploadedBy(
  upload: Upload,
  file: UploadFile,
  {
    path,
    near,
    provider,
    account,
  }: { readonly path: string; readonly near: boolean; readonly provider: string; readonly account: string },
  { abortSignal }: CallOptions,
): Promise<string> {
  const details = { provider, account, outcome: 'none' } as const
  let answer: string | URL | undefined
  try {
    answer = await unlessAborted(
      // What it throws at once is an answer like any other.
      Promise.resolve().then(() => upload(file)),
      abortSignal,
    )
  } catch (cause) {
    abortSignal?.throwIfAborted()
    const message = `The upload of ${path} that ${provider} was given failed (${kindOf(cause)}). Nothing was bought.`
    throw new ReelayError('ERR_CONFIG', message, { ...details, cause })
  }
  const address = answer instanceof URL ? answer.href : answer
  const fault = addressFault(address, near)
  if (fault === undefined) return String(address)
  const message = `What the upload of ${path} that ${provider} was given answered with ${fault}. Nothing was bought; let it answer with a public https URL.`
  throw new ReelayError('ERR_CONFIG', message, details)
}
