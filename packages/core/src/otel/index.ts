import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { RenderListener } from '../run/events.ts'
import { recordMetrics } from './metrics.ts'
import { recordSpans } from './spans.ts'

/**
 * Options of {@link otel}.
 *
 * @example
 * ```ts
 * import { trace } from '@opentelemetry/api'
 * import { otel, type OtelOptions } from '@reelay/core/otel'
 * const options: OtelOptions = { tracer: trace.getTracer('my-studio') }
 * const onEvent = otel(options)
 * ```
 */
export interface OtelOptions {
  /** Where spans go; the globally registered provider's tracer `reelay` when absent. */
  readonly tracer?: Tracer | undefined
  /** Where metrics go; the globally registered provider's meter `reelay` when absent. */
  readonly meter?: Meter | undefined
}

/**
 * Turns what happens on the way to a clip into OpenTelemetry spans and metrics: one span per task from purchase to end
 * (with its status changes and retries as span events, its cost as attributes), one per download, and counters and
 * histograms of tasks, seconds, dollars, retries and bytes. Prompts, URLs, error messages and secrets are never among
 * the attributes. Needs `@opentelemetry/api`, an optional peer dependency.
 *
 * @returns A listener for `onEvent` of `generate`, `wait` and `watch`. Share one for the whole process.
 *
 * @example
 * ```ts
 * import { generate, type RenderRequest, type VideoProvider } from '@reelay/core'
 * import { otel } from '@reelay/core/otel'
 * declare const provider: VideoProvider
 * declare const request: RenderRequest
 * const onEvent = otel()
 * await generate(provider, request, { onEvent })
 * ```
 */
export function otel(options: OtelOptions = {}): RenderListener {
  let listeners: readonly RenderListener[] | undefined
  return (event) => {
    // Not before the first event: an application may register its SDK after this module was loaded.
    listeners ??= [
      recordSpans(options.tracer ?? trace.getTracer('reelay')),
      recordMetrics(options.meter ?? metrics.getMeter('reelay')),
    ]
    for (const listener of listeners) listener(event)
  }
}
