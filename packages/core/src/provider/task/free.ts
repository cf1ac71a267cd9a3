import type { FreeFailures } from '../../kinds/offer.ts'
import type { VideoTask } from '../../model/task.ts'

/** Whether what a provider says a task cost is more than nothing. */
const costs = ({ cost }: Pick<VideoTask, 'cost'>): boolean =>
  (cost?.microUsd ?? 0) > 0 || (cost?.native?.amount ?? 0) > 0

/** Whether a failure is one that the provider documents as never charged. */
export const isDocumentedFree = (
  free: FreeFailures | undefined,
  reason: NonNullable<FreeFailures['reasons']>[number],
): boolean => free !== undefined && (free.reasons?.includes(reason) ?? true)

/**
 * Whether a task failed for free: a failure that its provider documents as never charged, and no cost above zero
 * reported. What has expired, was canceled or is unknown never counts.
 *
 * @param free What the provider documents, where its tasks do not say it themselves.
 */
export const isFree = (task: VideoTask, free?: FreeFailures): boolean =>
  task.status === 'failed' &&
  (task.failure.free === true || isDocumentedFree(free, task.failure.reason)) &&
  !costs(task)
