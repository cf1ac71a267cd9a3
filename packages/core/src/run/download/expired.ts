import { systemClock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { Output, SucceededTask } from '../../model/task.ts'
import { type DownloadOptions, failure } from './options.ts'

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

function inWords(ms: number): string {
  const [unit, length] = units.find(([, one]) => ms >= one) ?? ['minute', 60_000]
  const count = Math.round((ms / length) * 10) / 10
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function lifetime({ handle, provider, clock = systemClock }: DownloadOptions): string {
  if (!handle) return 'Providers keep results only for a time.'
  const age = inWords(clock.now() - handle.submittedAt)
  const row = provider?.catalog.retention?.find((one) => one.provider === handle.provider)
  const kept = row
    ? `${handle.provider} keeps results for ${inWords(row.ms)} (${row.source}, as of ${row.asOf})`
    : `how long ${handle.provider} keeps results is not known here`
  return `The task is ${age} old; ${kept}.`
}

const pathOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined

/** The same output in a task that was read anew: by its id, by its path (signatures differ), or as the only one. */
function counterpart(output: Output, { outputs }: SucceededTask): Output | undefined {
  const alike = outputs.filter(({ kind }) => kind === output.kind)
  const byId = output.id === undefined ? undefined : alike.find(({ id }) => id === output.id)
  const byPath = alike.find(({ url }) => url !== undefined && pathOf(url) === pathOf(output.url))
  return byId ?? byPath ?? (alike.length === 1 ? alike[0] : undefined)
}

/**
 * A fresh URL of an output whose own has expired, from one read of its task.
 *
 * @throws ReelayError `ERR_DOWNLOAD` when there is none, saying how long results live.
 */
export async function freshUrl(
  output: Output,
  dead: string,
  httpStatus: number,
  options: DownloadOptions,
): Promise<string> {
  const { provider, handle, abortSignal } = options
  const what = `The result's URL answered HTTP ${httpStatus}: it has expired, or is wrong.`
  const give = (advice: string): ReelayError =>
    failure(options, `${what} ${lifetime(options)} ${advice}`, { retryable: false, httpStatus })
  if (!handle || !provider?.owns(handle)) {
    throw give('Read the task again for a fresh URL; download does so when given `provider` and `handle`.')
  }
  let task: Awaited<ReturnType<typeof provider.get>>
  try {
    task = await provider.get(handle, { abortSignal })
  } catch (error) {
    if (!ReelayError.isInstance(error) || error.code === 'ERR_ABORTED') throw error
    throw give(`Reading the task for a fresh one failed with ${error.code}: ${error.message}`)
  }
  if (task.status !== 'succeeded') throw give(`The task was read again and is ${task.status} now.`)
  const { url } = counterpart(output, task) ?? {}
  if (url === undefined || url === dead) throw give('The task was read again and names no other URL.')
  return url
}
