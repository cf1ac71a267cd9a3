import type { HttpRequest, Kind, Sold } from '@reelay/core/adapter'

/** What an instance adds to each of its tasks. */
export interface Setup {
  readonly serviceMode: 'public' | 'private'
  readonly webhookSecret?: string | undefined
}

/**
 * A kind as this adapter sells it to one instance, whose service mode decides about prices and tasks.
 *
 * @example
 * ```ts
 * import { type PiapiKind, piapiVideo } from '@reelay/piapi/kinds'
 * const sold: readonly PiapiKind[] = [piapiVideo]
 * ```
 */
export type PiapiKind<K extends Kind = Kind> = (setup: Setup) => Sold<K>

/** A task to make, of whatever type. */
export interface NewTask {
  readonly model: string | undefined
  readonly taskType: string
  readonly input: Readonly<Record<string, unknown>>
  readonly webhookUrl: string | undefined
}

/** The create call: one path for tasks of all types. */
export function createTask(
  { model, taskType, input, webhookUrl }: NewTask,
  { serviceMode, webhookSecret }: Setup,
): HttpRequest {
  // Both keys always, empty for "none", as in every recorded body.
  const hook =
    webhookUrl === undefined
      ? { endpoint: '', secret: '' }
      : { endpoint: webhookUrl, secret: webhookSecret ?? '' }
  return {
    method: 'POST',
    path: '/api/v1/task',
    json: {
      model,
      task_type: taskType,
      input,
      // Always named: left out, the workspace's own setting would decide what is charged.
      config: { service_mode: serviceMode, webhook_config: hook },
    },
  }
}
