import { mkdir, readdir, readFile, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import {
  type Chosen,
  type Cost,
  fileNamePart,
  formatNative,
  formatUsd,
  type Output,
  type Quote,
  type RenderRequest,
  type SucceededTask,
  type TaskHandle,
} from '@reelay/core'
import { maybe, wireReader } from '@reelay/core/adapter'
import {
  describeRequest,
  extensionOf,
  logRender,
  type RenderRecord,
  readRenderRecord,
  type SavedFile,
  save,
} from '@reelay/core/node'
import * as z from 'zod/mini'
import { UsageError } from './failure.ts'
import type { Target } from './target.ts'
import { own } from './version.ts'

/** What is kept of a purchase while it runs, for its sidecar. */
export interface Ordered {
  readonly request: Readonly<Record<string, unknown>>
  readonly quote?: Quote | undefined
  readonly chosen?: Chosen | undefined
  /** Names of the files it was read from, by field. */
  readonly files?: Readonly<Record<string, string>> | undefined
  /** The command that repeats it. */
  readonly command?: string | undefined
}

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Written by us, maybe by another version: what cannot be read of it is left out of the sidecar.
const readOrdered = wireReader(
  z.object({
    request: z.record(z.string(), z.unknown()),
    quote: maybe(z.custom<Quote>(isObject)),
    chosen: maybe(z.custom<Chosen>(isObject)),
    files: maybe(z.record(z.string(), z.string())),
    command: maybe(z.string()),
  }),
)

// A key may come from anybody's file: it never becomes a path.
const orderFile = (folder: string, idempotencyKey: string): string =>
  join(folder, `${fileNamePart(idempotencyKey)}.order.json`)

// More than the clips of any model; less would leave half a clip behind that is paid for.
const roomMegabytes = 64

/** Notes what is about to be bought, so that its sidecar can be written by whichever process finishes it. */
async function keepOrder(folder: string, idempotencyKey: string, order: Ordered): Promise<void> {
  await mkdir(folder, { recursive: true })
  const { bavail, bsize, blocks } = await statfs(folder)
  const free = (bavail * bsize) / 1_048_576
  // File systems that are not on a disk say that they have no blocks at all.
  if (blocks > 0 && free < roomMegabytes) {
    throw new UsageError(
      `--out: the disk of ${folder} has ${Math.floor(free)} MB left, and a clip may need ${roomMegabytes}. Nothing was sent.`,
    )
  }
  await writeFile(orderFile(folder, idempotencyKey), `${JSON.stringify(order, undefined, 2)}\n`)
}

/**
 * Makes sure, before anything is bought, that its clip can be kept.
 *
 * @throws UsageError when the folder cannot be written to, or its disk is full.
 */
export async function prepareFolder(
  folder: string,
  idempotencyKey: string,
  request: RenderRequest,
  rest: Omit<Ordered, 'request'>,
): Promise<void> {
  try {
    await keepOrder(folder, idempotencyKey, { request: await describeRequest(request), ...rest })
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`--out: cannot write to ${folder} (${code}). Nothing was sent.`)
  }
}

/** Forgets an order that came to nothing, or to its clip. */
export async function dropOrder(folder: string, idempotencyKey: string): Promise<void> {
  await rm(orderFile(folder, idempotencyKey), { force: true }).catch(() => undefined)
}

/** What was noted of an order, if anything. */
export async function orderIn(folder: string, idempotencyKey: string): Promise<Ordered | undefined> {
  try {
    return readOrdered(JSON.parse(await readFile(orderFile(folder, idempotencyKey), 'utf8')))
  } catch {
    // None: the task was bought by other means.
    return undefined
  }
}

/** What a task made, on disk, and what is noted of it. */
export interface Kept {
  readonly saved: SavedFile
  /** The files of further outputs. */
  readonly others: readonly SavedFile[]
  readonly record: RenderRecord
  readonly sidecar: string
}

/** What {@link keep} may be told beside the task. */
export interface KeepOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** As watched, in milliseconds. */
  readonly renderMs?: number | undefined
  /** What was ordered, where that is known from elsewhere. */
  readonly order?: Ordered | undefined
  /** A file of the user's own that stays as it is, whatever it is called. */
  readonly untouched?: string | undefined
}

/** Where the results of a task go, without the ends of their names. */
function stemIn(folder: string, { provider, model, mode, id }: TaskHandle): string {
  const parts = [provider, model.replace(/^kling-/, ''), mode, id]
  return join(folder, parts.map(fileNamePart).join('-'))
}

const fileOf = (stem: string, output: Output, index: number): string =>
  `${stem}${index === 0 ? '' : `-${index + 1}`}.${extensionOf(output)}`

/** What is noted of a clip that lies there. */
export interface KeptBefore {
  readonly file: string
  readonly record: RenderRecord
  readonly sidecar: string
}

/** The clip of a task, if an earlier run has saved it whole. */
export async function keptBefore(handle: TaskHandle, folder: string): Promise<KeptBefore | undefined> {
  const stem = stemIn(folder, handle)
  const names = await readdir(folder).catch(() => [])
  const note = names.find((name) => name.startsWith(`${basename(stem)}.`) && name.endsWith('.json'))
  const sidecar = resolve(folder, note ?? '')
  const file = sidecar.replace(/\.json$/, '')
  try {
    const record = readRenderRecord(await readFile(sidecar, 'utf8'))
    const { size } = await stat(file)
    return record && size === record.bytes ? { file, record, sidecar } : undefined
  } catch {
    return undefined
  }
}

const real = (file: string): Promise<string> => realpath(file).catch(() => resolve(file))

/** Saves a finished task's clip, its sidecar, and a line in the run log. */
export async function keep(
  task: SucceededTask,
  target: Target,
  folder: string,
  options: KeepOptions = {},
): Promise<Kept> {
  const { handle } = task
  const { provider, download } = target
  const files = task.outputs.map((output, index) => fileOf(stemIn(folder, handle), output, index))
  const untouched = options.untouched === undefined ? undefined : await real(options.untouched)
  if (untouched !== undefined && (await Promise.all(files.map(real))).includes(untouched)) {
    throw new UsageError(`The clip would replace ${options.untouched}. Name another folder with --out.`)
  }
  const { abortSignal } = options
  const all: SavedFile[] = []
  for (const [index, output] of task.outputs.entries())
    all.push(await save(output, files[index] ?? '', { ...download, abortSignal, provider, handle }))
  const [saved, ...others] = all as [SavedFile, ...SavedFile[]]
  const order = (await orderIn(folder, handle.idempotencyKey)) ?? options.order
  const { record, sidecar } = await logRender(task, {
    ...order,
    saved,
    others,
    catalog: provider.catalog,
    renderMs: options.renderMs,
    versions: { [own.name]: own.version },
    now: provider.clock.now(),
    ...(untouched === (await real(`${saved.file}.json`)) && { sidecar: false as const }),
    ...(untouched === (await real(join(folder, 'renders.jsonl'))) && { log: false as const }),
  })
  await dropOrder(folder, handle.idempotencyKey)
  return { saved, others, record, sidecar }
}

const bases = {
  reported: 'as the provider says',
  list: 'list price of what was ordered',
  derived: 'derived: reported units at list price',
} as const

/** An actual cost in words. */
export function charged({ cost }: { readonly cost?: Cost }): string {
  if (!cost) return 'not reported by the provider'
  const dollars = cost.microUsd === undefined ? undefined : formatUsd(cost.microUsd)
  return `${[dollars, formatNative(cost.native)].filter(Boolean).join(', ')} (${bases[cost.basis]})`
}
