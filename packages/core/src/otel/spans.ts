import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { TaskHandle } from '../model/handle.ts'
import type { RenderEvent } from '../run/events.ts'
import { ending, identity, trouble } from './attributes.ts'

const keyOf = ({ provider, account, id }: TaskHandle): string => JSON.stringify([provider, account, id])

/**
 * Turns events into one span per task, from the purchase to its end, and one per download below it. A task that was
 * bought in another process gets a span too, from its first event here on back to its purchase.
 */
export function recordSpans(tracer: Tracer): (event: RenderEvent) => void {
  const open = new Map<string, Span>()
  // Downloads come after the end; by handle object, so that tasks nobody downloads leave nothing behind.
  const ended = new WeakMap<TaskHandle, Context>()

  function spanOf(handle: TaskHandle): Span {
    const key = keyOf(handle)
    const known = open.get(key)
    if (known) return known
    const span = tracer.startSpan(`render ${handle.model}`, {
      kind: SpanKind.CLIENT,
      startTime: handle.submittedAt,
      attributes: identity(handle),
    })
    open.set(key, span)
    return span
  }

  function close(handle: TaskHandle, at: number): void {
    const span = open.get(keyOf(handle))
    if (!span) return
    ended.set(handle, trace.setSpan(context.active(), span))
    open.delete(keyOf(handle))
    span.end(at)
  }

  return (event) => {
    switch (event.type) {
      case 'submitted': {
        const span = spanOf(event.task.handle)
        const { quote } = event
        if (quote.type === 'exact') span.setAttribute('reelay.quote.usd', quote.microUsd / 1_000_000)
        return
      }
      case 'status':
        spanOf(event.task.handle).addEvent(
          'status',
          { 'reelay.native_status': event.task.nativeStatus },
          event.at,
        )
        return
      case 'unknown-status':
        spanOf(event.handle).addEvent(
          'unknown-status',
          { 'reelay.native_status': event.nativeStatus },
          event.at,
        )
        return
      case 'retry': {
        const attributes = { ...trouble(event.error), 'reelay.delay_ms': event.delayMs }
        spanOf(event.handle).addEvent('retry', attributes, event.at)
        return
      }
      case 'finished': {
        const { task } = event
        const span = spanOf(task.handle).setAttributes(ending(task))
        if (task.status !== 'succeeded') span.setStatus({ code: SpanStatusCode.ERROR, message: task.status })
        return close(task.handle, event.at)
      }
      case 'downloaded': {
        const { handle, at, tookMs, bytes, mediaType } = event
        const attributes = {
          ...identity(handle),
          'reelay.media_type': mediaType,
          'reelay.download.size': bytes,
        }
        const options = { kind: SpanKind.CLIENT, startTime: at - tookMs, attributes }
        tracer.startSpan('download', options, ended.get(handle) ?? context.active()).end(at)
        return
      }
      case 'error': {
        const { handle, error, at } = event
        const stored = handle && ended.get(handle)
        const failed = (span: Span): Span =>
          span.setAttributes(trouble(error)).setStatus({ code: SpanStatusCode.ERROR, message: error.code })
        if (handle && !stored) {
          failed(spanOf(handle))
          return close(handle, at)
        }
        // After the task's end it is about its clip; without a task nothing was made.
        const options = { kind: SpanKind.CLIENT, startTime: at, attributes: handle ? identity(handle) : {} }
        failed(tracer.startSpan(stored ? 'download' : 'render', options, stored ?? context.active())).end(at)
        return
      }
      default:
        return
    }
  }
}
