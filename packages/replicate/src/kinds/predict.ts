import type { HttpRequest, Kind, Subject } from '@reelay/core/adapter'
import { routes } from '../routes.ts'

type Input = Readonly<Record<string, unknown>>

/**
 * The create call of an input. The top level takes the documented keys only; all else belongs into `input`, where our own
 * fields come last: nothing a caller passes through may replace what the quote was made for.
 */
export function predict(
  { offer, options, webhookUrl }: Subject<Kind> & { readonly webhookUrl?: string | undefined },
  input: Input,
): HttpRequest {
  const { cancel_after: cancelAfter, ...others } = options
  return {
    method: 'POST',
    path: routes.predictions?.path.replace('{model}', offer.nativeModel) ?? '',
    json: {
      input: { ...others, ...input },
      ...(webhookUrl === undefined
        ? {}
        : { webhook: webhookUrl, webhook_events_filter: ['start', 'completed'] }),
    },
    ...(cancelAfter === undefined ? {} : { headers: { 'cancel-after': String(cancelAfter) } }),
  }
}
