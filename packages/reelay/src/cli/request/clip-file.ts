import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type ClipRef, isClipRef, isTaskHandle, type Problem } from '@reelay/core'
import { type RenderRecord, readRenderRecord } from '@reelay/core/node'
import { UsageError } from '../failure.ts'
import { flagOfPath } from './fields.ts'

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value

/** The clip of an earlier render, from what is noted of it: its sidecar, a line of a run log, a handle, or itself as JSON. */
function clipIn(text: string, record: RenderRecord | undefined): ClipRef | undefined {
  if (record) {
    const { handle, outputId, url, urlExpiresAt, duration, savedAt } = record
    const { provider, account, host, id: taskId, kind, model, mode } = handle
    // Where the end of the task is not noted: it was saved after that, and ids are held for days.
    const endedAt = Date.parse(record.endedAt ?? savedAt)
    const expiresAt = urlExpiresAt === undefined ? undefined : Date.parse(urlExpiresAt)
    const about = { provider, account, host, taskId, outputId, url, kind, model, mode }
    return withoutUndefined({ ...about, duration, endedAt, expiresAt }) as ClipRef
  }
  const value: unknown = JSON.parse(text)
  if (isClipRef(value)) return value
  if (!isTaskHandle(value)) return undefined
  const { provider, account, host, id: taskId, kind, model, mode } = value
  return withoutUndefined({ provider, account, host, taskId, kind, model, mode }) as ClipRef
}

/**
 * The clip that a file names: the sidecar of an earlier render, its handle, or the clip as JSON.
 *
 * @throws UsageError naming the flag, where it holds none of these.
 */
export async function readClip(flag: string, file: string): Promise<ClipRef> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${flag}: ${file} cannot be read (${error.code}).`)
  })
  let clip: ClipRef | undefined
  let other: string | undefined
  try {
    const record = readRenderRecord(text)
    if (record && /\.(png|jpe?g|webp|mp3|wav|m4a)$/i.test(record.file)) other = record.file
    else clip = clipIn(text.trim(), record)
  } catch {
    // No JSON: told below.
  }
  if (other !== undefined)
    throw new UsageError(`--${flag}: ${file} is the sidecar of ${other}, which is no clip. Nothing was sent.`)
  if (clip) return clip
  throw new UsageError(
    `--${flag}: ${file} names no clip. Pass the sidecar of an earlier render (…mp4.json), its handle, or a video file. Nothing was sent.`,
  )
}

/**
 * What to pass instead of a clip's file that was refused: its sidecar, which says whose clip it is.
 *
 * @param fileFlags Flags that name files, as typed.
 */
export function sidecarHints(
  problems: readonly Problem[],
  fileFlags: readonly (readonly [flag: string, value: string])[] = [],
): readonly string[] {
  const refused = new Set(problems.map(({ field }) => flagOfPath(field)))
  return fileFlags
    .filter(([flag, file]) => flag === 'video' && refused.has('--video') && existsSync(`${file}.json`))
    .map(
      ([flag, file]) =>
        `--${flag}: ${file}.json says which clip of which provider this is. Pass that instead.`,
    )
}
