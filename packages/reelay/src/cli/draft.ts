import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FinishedDraft, RenderRequest, TaskHandle } from '@reelay/core'
import { type RenderRecord, readRenderRecord } from '@reelay/core/node'
import { UsageError } from './failure.ts'
import { isObject } from './finish.ts'
import { readHandle } from './handle-file.ts'

/** A draft as its sidecar remembers it, its pictures read again. */
export interface RememberedDraft extends FinishedDraft {
  /** Names of the files that its pictures were read from, by field. */
  readonly files: Readonly<Record<string, string>>
}

type Fields = Readonly<Record<string, unknown>>

/** The record of a task in a run log. */
async function recordIn(
  folder: string,
  { provider, account, id }: TaskHandle,
): Promise<RenderRecord | undefined> {
  const log = await readFile(join(folder, 'renders.jsonl'), 'utf8').catch(() => '')
  return log
    .split('\n')
    .map(readRenderRecord)
    .find(
      (record) =>
        record?.handle.provider === provider && record.handle.account === account && record.handle.id === id,
    )
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The picture itself, where its file lies: named by a flag, beside the sidecar, above it, or here. */
async function pictureOf(
  field: string,
  flag: string,
  digest: string,
  candidates: readonly string[],
  isGiven: boolean,
): Promise<Uint8Array> {
  for (const file of candidates) {
    const bytes = await readFile(file).catch(() => undefined)
    if (!bytes) continue
    if (digestOf(bytes) === digest) return new Uint8Array(bytes)
    if (isGiven) {
      throw new UsageError(
        `--${flag}: ${file} is another picture than the draft's (its SHA-256 is not ${digest.slice(0, 12)}…). A final shows the same: render another draft, or pass the picture it was made of. Nothing was sent.`,
      )
    }
  }
  throw new UsageError(
    isGiven
      ? `--${flag}: there is no readable file ${candidates[0]}. Nothing was sent.`
      : `The draft's ${field} is not where it was: pass the file with --${flag}. Nothing was sent.`,
  )
}

const flagOf: Readonly<Record<string, string>> = { startImage: 'image', endImage: 'end-image' }

/**
 * The draft that a file names: its handle, and the request that its sidecar or the run log remembers.
 *
 * @param given Files of pictures, by field.
 * @throws UsageError when nobody remembers the request, or a picture is not there or is another one.
 */
export async function readDraft(
  file: string,
  folder: string,
  given: Readonly<Record<string, string | undefined>>,
): Promise<RememberedDraft> {
  const { handle, order } = await readHandle(file)
  const record = order ? undefined : await recordIn(folder, handle)
  const request: Fields | undefined = order?.request ?? record?.request
  const names = new Map<string, string>(Object.entries(order?.files ?? {}))
  for (const { field, file: name } of record?.images ?? []) if (name !== undefined) names.set(field, name)
  if (
    !request ||
    (request.prompt === undefined && request.startImage === undefined && request.endImage === undefined)
  ) {
    throw new UsageError(
      `Nobody remembers what task ${handle.id} was asked for. Pass the sidecar of its clip (…mp4.json), or name with --out the folder of its run log. Nothing was sent.`,
    )
  }
  const pictures: Record<string, Uint8Array> = {}
  const files: Record<string, string> = {}
  for (const [field, value] of Object.entries(request)) {
    if (!isObject(value) || typeof value.sha256 !== 'string') continue
    const path = given[field]
    const name = names.get(field)
    const near =
      name === undefined ? [] : [dirname(file), join(dirname(file), '..'), '.'].map((one) => join(one, name))
    const flag = flagOf[field] ?? field
    pictures[field] = await pictureOf(
      field,
      flag,
      value.sha256,
      path === undefined ? near : [path],
      path !== undefined,
    )
    if (name !== undefined) files[field] = name
  }
  return {
    request: { ...request, ...pictures, kind: handle.kind } as unknown as RenderRequest,
    handle,
    files,
  }
}
