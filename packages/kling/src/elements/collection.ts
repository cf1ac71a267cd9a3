import {
  type CallOptions,
  type EndedTask,
  type FailedTask,
  type FindOptions,
  type GenerateOptions,
  generate,
  type HttpReply,
  maybe,
  type PendingTask,
  type Problem,
  type Quote,
  type Reader,
  ReelayError,
  type RenderRequest,
  type Submission,
  type SubmitOptions,
  type SucceededTask,
  type TaskHandle,
  taskWith,
  type VideoProvider,
  type WaitOptions,
  wait,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { readSpacingMs } from '../kinds/pace.ts'
import { codeOf } from '../read.ts'
import { modelOf, type Product } from './product.ts'
import type { MadeOutput } from './spec.ts'

/**
 * The making of one thing as Kling last told of it; `made` is there once `status` is `succeeded`.
 *
 * @example
 * ```ts
 * import type { KlingMakingTask, KlingVoice } from '@reelay/kling/elements'
 * const idOf = (task: KlingMakingTask<KlingVoice>): string | undefined =>
 *   task.status === 'succeeded' ? task.made.id : undefined
 * ```
 */
export type KlingMakingTask<Item> =
  | PendingTask
  | FailedTask
  | EndedTask
  | (SucceededTask & { readonly made: Item })

/**
 * Options of a create. No callback: what is made is ready within seconds.
 *
 * @example
 * ```ts
 * import type { KlingCreateOptions } from '@reelay/kling/elements'
 * const options: KlingCreateOptions = { idempotencyKey: 'cast-mara' }
 * ```
 */
export type KlingCreateOptions = Omit<SubmitOptions, 'webhookUrl'>

/**
 * Options of a list.
 *
 * @example
 * ```ts
 * import type { KlingListOptions } from '@reelay/kling/elements'
 * const options: KlingListOptions = { pageSize: 30 }
 * ```
 */
export interface KlingListOptions extends CallOptions {
  /** How many tasks one request asks for, 1 to 500; 500 when absent. */
  readonly pageSize?: number | undefined
}

/**
 * Elements, or voices: what the account has, what Kling has for everybody, and how another is made.
 *
 * @example
 * ```ts
 * import type { KlingCollection, KlingVoice, KlingVoiceRequest } from '@reelay/kling/elements'
 * async function named(voices: KlingCollection<KlingVoiceRequest, KlingVoice>, name: string) {
 *   for await (const voice of voices.list()) if (voice.name === name) return voice
 *   return undefined
 * }
 * ```
 */
export interface KlingCollection<Request, Item> {
  /** What is wrong with a request, before anything is sent. */
  check(request: Request): readonly Problem[]
  /** What one costs, in micro-USD. */
  quote(request: Request): Quote
  /**
   * Has one made, under the money rules: one POST, found again by the id it carries when its answer is lost.
   *
   * @throws ReelayError outcome `none` or `rejected`, or `unknown` with the submission, see `find`.
   */
  create(request: Request, options?: KlingCreateOptions): Promise<KlingMakingTask<Item>>
  /**
   * Has one made and waits until it is there.
   *
   * @throws ReelayError as `create` and `wait` do.
   */
  createAndWait(request: Request, options?: Omit<GenerateOptions, 'webhookUrl' | 'store'>): Promise<Item>
  /** The task of a create as it stands. */
  get(handle: TaskHandle, options?: CallOptions): Promise<KlingMakingTask<Item>>
  /**
   * What a create has made, once it is there.
   *
   * @throws ReelayError `ERR_TASK_FAILED` with the task where Kling gave up on it, which costs nothing; else as `wait` of
   * `@reelay/core`.
   */
  wait(handle: TaskHandle, options?: WaitOptions): Promise<Item>
  /** The task of a create whose answer was lost; `undefined` where Kling has none (yet). Absent at a relay. */
  readonly find?: (
    submission: Submission,
    options?: FindOptions,
  ) => Promise<KlingMakingTask<Item> | undefined>
  /** Those that the account has had made, deleted elements among them; in an order that Kling does not document. */
  list(options?: KlingListOptions): AsyncGenerator<Item, void, undefined>
  /** Kling's own, for everybody; their ids need no create. */
  presets(options?: KlingListOptions): AsyncGenerator<Item, void, undefined>
  /**
   * Deletes one of the account's own; no render takes its id afterwards. Free, and safe to repeat.
   *
   * @returns `gone` where it had been deleted before, by an earlier call whose answer was lost for instance.
   * @throws ReelayError outcome `none`.
   */
  delete(id: string, options?: CallOptions): Promise<'deleted' | 'gone'>
}

/** What a collection is made of. */
export interface Shelf {
  /** Buys and reads, through whatever the caller has put around it. */
  readonly provider: VideoProvider
  readonly read: Reader
}

const pagesAtMost = 1_000
const readList = wireReader(z.object({ data: maybe(z.array(z.unknown())) }))

/** A page of a list; an empty one may have nothing in the place of it. */
const listIn = ({ body }: HttpReply): readonly unknown[] | undefined =>
  codeOf(body) === '0' ? (readList(body)?.data ?? []) : undefined

const said = (message: string): ReelayError =>
  new ReelayError('ERR_INVALID_REQUEST', message, { provider: 'kling', outcome: 'none' })

function pageSizeOf({ pageSize = 500 }: KlingListOptions): number {
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= 500) return pageSize
  throw said(`pageSize is ${pageSize}: pass a whole number from 1 to 500. Nothing was asked.`)
}

/** One kind of thing, made and kept. */
export function collection<Request extends object, Item extends { readonly id: string }>(
  product: Product<Request, Item>,
  { provider, read }: Shelf,
): KlingCollection<Request, Item> {
  const { kind, state, paths, idField } = product
  const things = `${kind}s`
  // Core's types name its kinds of renders, and this is none of them.
  const asked = (request: Request): RenderRequest =>
    // What may be gone is named, and never a default; whoever calls this has named it.
    ({
      kind,
      ...(state === 'unverified' && { model: modelOf(kind) }),
      ...request,
    }) as unknown as RenderRequest

  function made(task: SucceededTask): Item {
    const [output] = task.outputs
    return (output as MadeOutput<Item>).made
  }

  function told(task: PendingTask | FailedTask | EndedTask | SucceededTask): KlingMakingTask<Item> {
    if (task.status !== 'succeeded') return task
    const result = { made: made(task) }
    return Object.assign(taskWith(task, {}), result)
  }

  async function* pages(path: string, what: string, options: KlingListOptions) {
    const { pageSize: _size, ...call } = options
    const pageSize = pageSizeOf(options)
    const seen = new Set<string>()
    for (let pageNum = 1; pageNum <= pagesAtMost; pageNum += 1) {
      if (pageNum > 1) await provider.clock.sleep(readSpacingMs, call.abortSignal)
      const page = { method: 'GET', path, query: { pageNum, pageSize } } as const
      const tasks = await read(what, page, listIn, call)
      for (const item of tasks.flatMap((task) => product.found(task))) {
        // What is made meanwhile moves the others to the next page.
        if (seen.has(item.id)) continue
        seen.add(item.id)
        yield item
      }
      if (tasks.length < pageSize) return
    }
  }

  return Object.freeze({
    check: (request) => provider.check(asked(request)),
    quote: (request) => provider.quote(asked(request)),
    create: async (request, options) => told(await provider.submit(asked(request), options)),
    createAndWait: async (request, options) => made(await generate(provider, asked(request), options)),
    get: async (handle, options) => told(await provider.get(handle, options)),
    async wait(handle, options) {
      const task = await wait(provider, handle, options)
      if (task.status === 'succeeded') return made(task)
      const why = task.status === 'failed' ? task.failure.message : `It was ${task.status}.`
      throw new ReelayError('ERR_TASK_FAILED', `The ${kind} was not made: ${why}`, {
        provider: 'kling',
        account: handle.account,
        outcome: 'accepted',
        handle,
        retryable: task.status === 'failed' && task.failure.retryable,
        task,
      })
    },
    ...(provider.find && {
      async find(submission: Submission, options?: FindOptions) {
        const found = await provider.find?.(submission, options)
        return found?.state === 'found' ? told(found.task) : undefined
      },
    }),
    list: (options = {}) => pages(paths.own, `the account’s ${things}`, options),
    presets: (options = {}) => pages(paths.presets, `Kling’s ${things}`, options),
    async delete(id, options = {}) {
      const fault = typeof id === 'string' ? product.idFault(id) : 'is a text'
      if (fault !== undefined) throw said(`The id of a ${kind} ${fault}. Nothing was sent.`)
      const request = { method: 'POST', path: paths.delete, json: { [idField]: id } } as const
      // `data` may be missing in the answer.
      const decode = ({ body }: HttpReply) => (codeOf(body) === '0' ? 'deleted' : undefined)
      try {
        return await read(`the deletion of a ${kind}`, request, decode, options)
      } catch (error) {
        if (isGone(error)) return 'gone'
        throw error
      }
    },
  } satisfies KlingCollection<Request, Item>)
}

/** "The element already be deleted" (live, 2026-09-20); of voices the words are taken to be alike. */
const isGone = (error: unknown): boolean =>
  ReelayError.isInstance(error) &&
  error.nativeCode === '1201' &&
  /\balready be deleted\b/i.test(error.message)
