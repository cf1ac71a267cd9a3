import type { Meter } from '@opentelemetry/api'
import type { RenderEvent } from '../run/events.ts'
import { dimensions, trouble } from './attributes.ts'

/** Turns events into counters and histograms. */
export function recordMetrics(meter: Meter): (event: RenderEvent) => void {
  const submitted = meter.createCounter('reelay.tasks.submitted', {
    unit: '{task}',
    description: 'Tasks the provider has accepted.',
  })
  const finished = meter.createCounter('reelay.tasks.finished', {
    unit: '{task}',
    description: 'Tasks that have ended, by how.',
  })
  const duration = meter.createHistogram('reelay.task.duration', {
    unit: 's',
    description: 'From the purchase to the moment the end was seen.',
    advice: { explicitBucketBoundaries: [10, 20, 30, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1800, 3600] },
  })
  const spent = meter.createCounter('reelay.cost', {
    unit: 'USD',
    description: 'What finished tasks cost, where the provider says.',
  })
  const retries = meter.createCounter('reelay.retries', {
    unit: '{look}',
    description: 'Looks at a task that failed and were repeated.',
  })
  const errors = meter.createCounter('reelay.errors', {
    unit: '{error}',
    description: 'Calls that ended with an error instead of a task.',
  })
  const bytes = meter.createCounter('reelay.download.size', {
    unit: 'By',
    description: 'Bytes of results stored.',
  })
  const transfer = meter.createHistogram('reelay.download.duration', {
    unit: 's',
    description: 'From opening a result to its last byte stored.',
  })

  return (event) => {
    switch (event.type) {
      case 'submitted':
        return submitted.add(1, dimensions(event.task.handle))
      case 'retry':
        return retries.add(1, { ...dimensions(event.handle), 'error.type': event.error.code })
      case 'finished': {
        const { handle, status, cost } = event.task
        const labels = { ...dimensions(handle), 'reelay.status': status }
        finished.add(1, labels)
        duration.record(Math.max(0, event.at - handle.submittedAt) / 1_000, labels)
        if (cost?.microUsd !== undefined) spent.add(cost.microUsd / 1_000_000, labels)
        return
      }
      case 'downloaded': {
        const labels = { ...dimensions(event.handle), 'reelay.media_type': event.mediaType }
        bytes.add(event.bytes, labels)
        return transfer.record(event.tookMs / 1_000, labels)
      }
      case 'error':
        return errors.add(1, { ...(event.handle && dimensions(event.handle)), ...trouble(event.error) })
      default:
        return undefined
    }
  }
}
