import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import { isTaskHandle, type Quote, type TaskHandle } from '@reelay/core'
import { maybe, wireReader } from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { UsageError } from './failure.ts'
import { isObject, type Ordered } from './finish.ts'

/** A task that was bought earlier, and what is known of its order. */
export interface Found {
  readonly handle: TaskHandle
  readonly order?: Ordered
}

const readRecord = wireReader(
  z.object({
    request: z.record(z.string(), z.unknown()),
    estimated: maybe(z.custom<Quote>(isObject)),
    images: maybe(z.array(maybe(z.object({ field: z.string(), file: z.string() })))),
    command: maybe(z.string()),
  }),
)

/** What a sidecar or a line of a run log says of the order. */
function orderOf(record: unknown): Ordered | undefined {
  const read = readRecord(record)
  if (!read) return undefined
  const { request, estimated: quote, images = [], command } = read
  const files = images.flatMap((image) => (image ? [[image.field, image.file]] : []))
  return { request, quote, files: Object.fromEntries(files), command }
}

/** The handles themselves, or of whatever carries them: a sidecar, a line of a run log or a journal, an error as JSON. */
function inside(value: unknown): readonly Found[] {
  if (isTaskHandle(value)) return [{ handle: value }]
  if (!isObject(value)) return []
  if (isTaskHandle(value.handle)) {
    const order = orderOf(value)
    return [{ handle: value.handle, ...(order && { order }) }]
  }
  if (Array.isArray(value.purchases)) return value.purchases.flatMap(inside)
  return [value.error, value.order].filter(isObject).flatMap(inside)
}

/** One JSON document, or one a line. */
function documents(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
    try {
      return lines.map((line) => JSON.parse(line) as unknown)
    } catch {
      return []
    }
  }
}

async function read(file: string): Promise<string> {
  if (file === '-') {
    if (process.stdin.isTTY) throw new UsageError('The handle is read from stdin, and stdin is a terminal.')
    return textOf(process.stdin)
  }
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`There is no readable file ${file} (${error.code}).`)
  })
}

/**
 * The task named by a file, or by stdin for `-`: a handle, a sidecar, or one line of a run log. The file stays as it is.
 *
 * @throws UsageError when it names none, or several.
 */
export async function readHandle(file: string): Promise<Found> {
  const where = file === '-' ? 'stdin' : file
  const text = (await read(file)).replace(/^\ufeff/, '')
  const all = documents(text)
  const found = all.flatMap(inside)
  const tasks = new Map(
    found.map((one) => [`${one.handle.provider} ${one.handle.account} ${one.handle.id}`, one]),
  )
  const [first, second] = [...tasks.values()]
  if (first && second) {
    throw new UsageError(
      `${where} names ${tasks.size} tasks. Pass one of its lines: sed -n 1p ${where} | reelay wait -`,
    )
  }
  if (first) return first
  const submission = all.some((one) => isObject(one) && isObject(one.error) && isObject(one.error.submission))
  const hint = submission
    ? 'It is a purchase without a verdict: use reelay resume.'
    : 'Pass a handle, the sidecar of a clip, or one line of a run log.'
  throw new UsageError(`${where} does not hold a task handle. ${hint}`)
}
