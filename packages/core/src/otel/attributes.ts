import type { Attributes } from '@opentelemetry/api'
import type { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import type { TerminalTask } from '../model/task.ts'

/** What metrics are told apart by: few values each, so no ids (OpenTelemetry, metrics data model: cardinality). */
export function dimensions({ provider, account, kind, model, mode }: TaskHandle): Attributes {
  return {
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'reelay.account': account,
    'reelay.kind': kind,
    'reelay.mode': mode,
  }
}

/** What a span says of its task. */
export function identity(handle: TaskHandle): Attributes {
  return {
    ...dimensions(handle),
    'reelay.task.id': handle.id,
    'reelay.route': handle.route,
    'reelay.idempotency_key': handle.idempotencyKey,
  }
}

/** How a task ended, and what it cost. */
export function ending(task: TerminalTask): Attributes {
  const { cost } = task
  return {
    'reelay.status': task.status,
    'reelay.native_status': task.nativeStatus,
    ...(task.status === 'failed' && {
      'error.type': task.failure.reason,
      'reelay.failure.retryable': task.failure.retryable,
    }),
    ...(cost?.microUsd !== undefined && { 'reelay.cost.usd': cost.microUsd / 1_000_000 }),
    ...(cost?.native && {
      'reelay.cost.native_amount': cost.native.amount,
      'reelay.cost.native_unit': cost.native.unit,
    }),
  }
}

/** What an error says; never its message, which quotes the provider. */
export function trouble(error: ReelayError): Attributes {
  return {
    'error.type': error.code,
    'reelay.outcome': error.outcome,
    ...(error.provider !== undefined && { 'gen_ai.provider.name': error.provider }),
    ...(error.account !== undefined && { 'reelay.account': error.account }),
    ...(error.httpStatus !== undefined && { 'http.response.status_code': error.httpStatus }),
    ...(error.nativeCode !== undefined && { 'reelay.native_code': error.nativeCode }),
  }
}
