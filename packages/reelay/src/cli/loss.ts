import { ReelayError, type TaskHandle, type VideoProvider } from '@reelay/core'

/**
 * Why a clip will never come, where a failed download proves it: its address is gone for good (410), or it is refused
 * after the time for which the provider keeps results. Anything else may pass.
 *
 * @param now Milliseconds since the epoch.
 */
export function lossOf(
  error: unknown,
  { catalog }: Pick<VideoProvider, 'catalog'>,
  handle: TaskHandle,
  now: number,
): string | undefined {
  if (!ReelayError.isInstance(error) || error.code !== 'ERR_DOWNLOAD') return undefined
  const { httpStatus = 0 } = error
  const kept = catalog.retention?.find(({ provider }) => provider === handle.provider)
  const isOld = kept !== undefined && now - handle.submittedAt > kept.ms
  const isGone = httpStatus === 410 || (isOld && (httpStatus === 403 || httpStatus === 404))
  return isGone ? `The provider no longer holds the clip (HTTP ${httpStatus}).` : undefined
}
