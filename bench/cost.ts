// What a request, a finished task, a waiting task and an import cost, in one run beside a bare loop, ky alone with the same
// pins, and the clients that people use otherwise:
//   node bench/cost.ts [requests] [tasks] [heap] [import] [--json]
// All four parts when none is named. Figures are CPU of this process; contenders take turns, and what counts is the median
// over the rounds of their ratio within a round, since a machine on which others work is slower in one round than in the
// next. `import` takes the built packages (`pnpm check:build` first). Ends with 1 when a figure is over its limit.
import { execFileSync, fork } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import v8 from 'node:v8'
import vm from 'node:vm'
import { createFal as createAiFal } from '@ai-sdk/fal'
import { createFalClient } from '@fal-ai/client'
import { experimental_generateVideo as generateVideo } from 'ai'
import ky from 'ky'
import Replicate from 'replicate'
import { type Clock, generate, type VideoProvider } from '../packages/core/src/index.ts'
import { createFal } from '../packages/fal/src/index.ts'
import { createKling } from '../packages/kling/src/index.ts'

type Ways = Readonly<Record<string, () => Promise<unknown>>>
type Limit = readonly [what: string, is: number, most: number]

const self = fileURLToPath(import.meta.url)
const clipMs = 90_000
const clip = 'https://v3.fal.media/clip.mp4'
const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 } as const
const klingKey = { apiKey: 'key-1234567890abcdef' }
const falKey = 'id-123456:secret-123456'

let created = 0

/** What the three providers answer, by whether the task has ended. */
function answer(method: string, path: string, done: boolean): readonly [status: number, body: object] {
  if (method === 'POST') created += 1
  if (path.includes('/predictions')) {
    const urls = { get: 'https://api.replicate.com/v1/predictions/p1' }
    return [200, { id: 'p1', status: done ? 'succeeded' : 'processing', output: done ? clip : null, urls }]
  }
  if (path.includes('/fal-ai/')) {
    const here = `https://queue.fal.run/fal-ai/kling-video/requests/task-${created}`
    const queued = { request_id: `task-${created}`, response_url: here, status_url: `${here}/status` }
    if (path.includes('/status')) return [200, { ...queued, status: done ? 'COMPLETED' : 'IN_PROGRESS' }]
    if (method === 'POST') return [200, { ...queued, status: 'IN_QUEUE', cancel_url: `${here}/cancel` }]
    return done
      ? [200, { video: { url: clip, content_type: 'video/mp4' } }]
      : [400, { detail: 'Request is still in progress' }]
  }
  const id = /\/(8\d+)/.exec(path)?.[1] ?? `8${created}`
  const videos = [{ id: 'v1', url: clip, duration: '5' }]
  const state = done ? { task_status: 'succeed', task_result: { videos } } : { task_status: 'processing' }
  const task = {
    task_id: id,
    created_at: 1_700_000_000_000,
    updated_at: 1_700_000_000_000 + clipMs,
    ...state,
  }
  const isList = method === 'GET' && !/\/8\d+/.test(path)
  return [200, { code: 0, message: 'SUCCEED', request_id: 'r-1', data: isList ? [task] : task }]
}

/** The child, so that what serving costs is not counted. */
function serve(): void {
  const server = createServer((asked, response) => {
    asked.resume().on('end', () => {
      const [status, body] = answer(asked.method ?? '', asked.url ?? '', false)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** CPU milliseconds of each way, round by round; two more rounds before warm up. */
async function rounds(ways: Ways, count: number, times: number): Promise<Record<string, number[]>> {
  const spent: Record<string, number[]> = {}
  for (let round = -2; round < count; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const before = process.cpuUsage()
      for (let time = 0; time < times; time++) await way()
      const { user, system } = process.cpuUsage(before)
      spent[name] = [...(spent[name] ?? []), ...(round >= 0 ? [(user + system) / 1_000 / times] : [])]
    }
  }
  return spent
}

/** The median over the rounds of one way's cost by another's; of several others the cheapest of the round. */
function ratio(spent: Record<string, number[]>, name: string, ...others: readonly string[]): number {
  const each = (spent[name] ?? []).map(
    (ms, round) => ms / Math.min(...others.map((other) => spent[other]?.[round] ?? Number.NaN)),
  )
  return median(each)
}

const table = (spent: Record<string, number[]>): Record<string, number> =>
  Object.fromEntries(Object.entries(spent).map(([name, values]) => [name, median(values)]))

async function requests(): Promise<[Record<string, number>, readonly Limit[]]> {
  const child = fork(self, ['serve'])
  try {
    const port = await new Promise<unknown>((resolve) => child.once('message', resolve))
    const base = `http://127.0.0.1:${String(port)}`
    const kling = createKling({ ...klingKey, baseURL: base, official: true })
    const { handle } = await kling.submit(request)
    const url = `${base}/v1/videos/text2video`
    const headers = { authorization: `Bearer ${klingKey.apiKey}`, accept: 'application/json' }
    const body = JSON.stringify({
      model_name: 'kling-v3',
      prompt: request.prompt,
      duration: '5',
      mode: 'std',
    })
    const post = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
    const pins = { retry: 0, timeout: false, totalTimeout: false, throwHttpErrors: false } as const
    const alone = ky.extend({ ...pins, redirect: 'manual' })
    const read = async (reply: Promise<Response>): Promise<unknown> => JSON.parse(await (await reply).text())
    const ways = {
      'GET bare': () => read(fetch(`${url}/81`, { headers })),
      'GET ky': () => read(alone(`${url}/81`, { headers })),
      'GET ours': () => kling.get(handle),
      'POST bare': () => read(fetch(url, post)),
      'POST ky': () => read(alone(url, post)),
      'POST ours': () => kling.submit(request),
    }
    const spent = await rounds(ways, 11, 150)
    const limits = ['GET', 'POST'].map((method): Limit => {
      const most = ratio(spent, `${method} ky`, `${method} bare`) + 0.3
      return [`${method}, over a bare one`, ratio(spent, `${method} ours`, `${method} bare`), most]
    })
    return [table(spent), limits]
  } finally {
    child.kill()
  }
}

/** Time that passes only when nobody has anything else to do. */
class VirtualTime implements Clock {
  #now = 0
  #next = 1
  #timers = new Map<number, { readonly at: number; readonly ring: () => void }>()
  #set = false
  now = (): number => 1_700_000_000_000 + this.#now
  elapsed = (): number => this.#now

  ringAfter(ms: number, ring: () => void): number {
    this.#timers.set(this.#next, { at: this.#now + ms, ring })
    this.#pass()
    return this.#next++
  }

  stop(timer: unknown): boolean {
    return this.#timers.delete(timer as number)
  }

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        this.stop(timer)
        reject(signal?.reason)
      }
      const timer = this.ringAfter(ms, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      signal?.addEventListener('abort', onAbort, { once: true })
    })

  #pass(): void {
    if (this.#set || this.#timers.size === 0) return
    this.#set = true
    setImmediate(() => {
      this.#set = false
      let first: number | undefined
      for (const [timer, { at }] of this.#timers)
        if (first === undefined || at < (this.#timers.get(first)?.at ?? 0)) first = timer
      if (first === undefined) return
      const { at, ring } = this.#timers.get(first) ?? { at: 0, ring: () => undefined }
      this.#timers.delete(first)
      this.#now = Math.max(this.#now, at)
      ring()
      this.#pass()
    })
  }
}

/** The clients sleep by the global timers; no request is made by a `fetch` of Node's here, which needs them too. */
function replaceTimers(time: VirtualTime): () => void {
  const before = { setTimeout, clearTimeout, dateNow: Date.now }
  Object.assign(globalThis, {
    setTimeout: (ring: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
      time.ringAfter(ms, () => ring(...given)),
    clearTimeout: (timer: unknown) => void (time.stop(timer) || before.clearTimeout(timer as number)),
  })
  Date.now = time.now
  return () => {
    Date.now = before.dateNow
    Object.assign(globalThis, { setTimeout: before.setTimeout, clearTimeout: before.clearTimeout })
  }
}

async function tasks(): Promise<[Record<string, number>, readonly Limit[]]> {
  const clock = new VirtualTime()
  let startedAt = 0
  const fetcher = (async (input: string | URL | Request, init?: RequestInit) => {
    const { url, method } = input instanceof Request ? input : { url: String(input), method: init?.method }
    const { pathname } = new URL(url)
    const [status, body] = answer(method ?? 'GET', pathname, clock.elapsed() - startedAt >= clipMs)
    return Response.json(body, { status })
  }) as typeof fetch
  const shared = { fetch: fetcher, clock }
  const kling = (): VideoProvider => createKling({ ...klingKey, ...shared })
  const ofFal = (): VideoProvider => createFal({ apiKey: falKey, ...shared })
  const learnt = { kling: kling(), fal: ofFal() }
  const by = (provider: VideoProvider): Promise<unknown> =>
    generate(provider, { ...request, model: 'kling-v2-6' })
  const fal = createFalClient({ credentials: falKey, fetch: fetcher })
  const replicate = new Replicate({ auth: 'r8_0123456789', fetch: fetcher as never })
  const ai = createAiFal({ apiKey: falKey, fetch: fetcher })
  const id = 'fal-ai/kling-video/v2.6/pro/text-to-video'
  // Its types are those of an older @ai-sdk/provider.
  const aiModel = ai.video(id.slice('fal-ai/'.length)) as unknown as Parameters<
    typeof generateVideo
  >[0]['model']
  const download = async () => ({ data: new Uint8Array([0]), mediaType: 'video/mp4' })
  const clients: Ways = {
    'AI SDK': () => generateVideo({ model: aiModel, prompt: request.prompt, download }),
    '@fal-ai/client': () => fal.subscribe(id, { input: { prompt: request.prompt } }),
    replicate: () =>
      replicate.run('kwaivgi/kling-v2.6', { input: { prompt: request.prompt }, wait: { mode: 'poll' } }),
  }
  const ways: Ways = {
    'bare loop, every 1 s': async () => {
      const url = 'https://api.example.com/v1/videos/text2video'
      await (await fetcher(url, { method: 'POST', body: '{}' })).json()
      for (;;) {
        const { data } = (await (await fetcher(`${url}/81`)).json()) as { data: { task_status: string } }
        if (data.task_status === 'succeed') return
        await clock.sleep(1_000)
      }
    },
    ...clients,
    'ours, Kling, cold': () => by(kling()),
    'ours, Kling, learnt': () => by(learnt.kling),
    'ours, fal, cold': () => by(ofFal()),
    'ours, fal, learnt': () => by(learnt.fal),
  }
  const begun = Object.entries(ways).map(([name, way]) => {
    const begin = (): Promise<unknown> => {
      startedAt = clock.elapsed()
      return way()
    }
    return [name, begin] as const
  })
  // Loads what loads with the first request, which takes real time.
  await learnt.kling.submit(request)
  const restore = replaceTimers(clock)
  try {
    const spent = await rounds(Object.fromEntries(begun), 9, 12)
    const limits = ['Kling', 'fal'].flatMap((name): Limit[] =>
      (['cold', 'learnt'] as const).map((state) => {
        const is = ratio(spent, `ours, ${name}, ${state}`, ...Object.keys(clients))
        return [`a task at ${name}, ${state}, over the best client’s`, is, state === 'cold' ? 1 : 0.5]
      }),
    )
    return [table(spent), limits]
  } finally {
    restore()
  }
}

/** Bytes of heap that one waiting `generate` holds, of ten thousand. */
async function heap(): Promise<[Record<string, number>, readonly Limit[]]> {
  v8.setFlagsFromString('--expose-gc')
  const gc: () => void = vm.runInNewContext('gc')
  const held = new Set<unknown>()
  // A timer that never rings, held as a host holds one.
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      held.add(resolve)
      const onAbort = (): void => void (held.delete(resolve) && reject(signal?.reason))
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  const clock: Clock = { now: () => 1_700_000_000_000, elapsed: () => 0, sleep }
  let number = 0
  const fetcher = (async () => {
    number += 1
    const data = { task_id: `8${number}`, task_status: 'submitted', created_at: 1, updated_at: 1 }
    return Response.json({ code: 0, message: 'SUCCEED', request_id: `r-${number}`, data })
  }) as typeof fetch
  const provider = createKling({ ...klingKey, clock, fetch: fetcher })
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const used = async (): Promise<number> => {
    for (let time = 0; time < 6; time++) {
      gc()
      await turns()
    }
    return process.memoryUsage().heapUsed
  }
  async function start(count: number): Promise<void> {
    for (let time = 0; time < count; time++) {
      void generate(provider, { ...request })
      if (time % 200 === 0) await turns()
    }
  }
  await start(200)
  const before = await used()
  await start(10_000)
  const bytes = ((await used()) - before) / 10_000
  if (held.size === 0 || number < 10_200) throw new Error(`${number} bought, and nobody waits`)
  return [{ 'waiting generate': bytes }, [['bytes per waiting generate', bytes, 2_000]]]
}

/** A folder that looks like an app's: the built packages by the exports they are published with. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reelay-cost-'))
  const packages = fileURLToPath(new URL('../packages', import.meta.url))
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@reelay'), { recursive: true })
  for (const name of ['core', 'kling']) {
    const dist = join(packages, name, 'dist')
    if (!existsSync(join(dist, 'index.js'))) throw new Error('Build the packages first: pnpm check:build')
    cpSync(dist, join(modules, '@reelay', name, 'dist'), { recursive: true })
    const json = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'))
    const text = JSON.stringify({ ...json, exports: json.publishConfig.exports })
    writeFileSync(join(modules, '@reelay', name, 'package.json'), text)
  }
  for (const name of ['core/node_modules/ky', 'core/node_modules/zod', 'kling/node_modules/jose'])
    symlinkSync(realpathSync(join(packages, name)), join(modules, name.split('/').at(-1) ?? ''))
  for (const name of ['ai', '@fal-ai', 'replicate'])
    symlinkSync(join(packages, '../node_modules', name), join(modules, name))
  return folder
}

/** CPU milliseconds that importing takes beyond an empty process: the least of several, what others do only adds. */
async function imports(): Promise<[Record<string, number>, readonly Limit[]]> {
  const folder = installed()
  const codes: Record<string, string> = {
    empty: '',
    '@reelay/kling, core': "await import('@reelay/kling'); await import('@reelay/core')",
    ai: "await import('ai')",
    '@fal-ai/client': "await import('@fal-ai/client')",
    replicate: "await import('replicate')",
  }
  const report = ';const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)'
  try {
    const least: Record<string, number> = {}
    for (let round = 0; round < 12; round++) {
      for (const [name, code] of Object.entries(codes)) {
        const ms = Number(
          execFileSync(process.execPath, ['--input-type=module', '-e', code + report], { cwd: folder }),
        )
        least[name] = Math.min(least[name] ?? Number.POSITIVE_INFINITY, ms)
      }
    }
    const { empty = 0, ...others } = least
    const over = Object.fromEntries(Object.entries(others).map(([name, ms]) => [name, ms - empty]))
    const ours = over['@reelay/kling, core'] ?? Number.NaN
    // 60 ms where an empty process takes 40, as it does on a quiet machine; on a busy one both take longer alike.
    return [{ 'an empty process': empty, ...over }, [['an import, over an empty process', ours / empty, 1.5]]]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const parts = { requests, tasks, heap, import: imports }
const titles = {
  requests: 'CPU ms per request',
  tasks: `CPU ms per finished task, of a clip that takes ${clipMs / 1_000} s`,
  heap: 'bytes of heap',
  import: 'CPU ms of a cold import, over an empty process',
}

async function measure(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const all: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const [figures, limits] = await part()
    all[name] = { figures, limits }
    if (limits.some(([, is, most]) => !(is <= most))) process.exitCode = 1
    if (values.json) continue
    console.log(titles[name as keyof typeof parts])
    for (const [what, value] of Object.entries(figures))
      console.log(`  ${what.padEnd(24)} ${value.toFixed(3).padStart(9)}`)
    for (const [what, is, most] of limits)
      console.log(
        `  ${is <= most ? 'held  ' : 'MISSED'} ${what}: ${is.toFixed(2)}, at most ${most.toFixed(2)}`,
      )
  }
  if (values.json) console.log(JSON.stringify(all))
}

if (process.argv[2] === 'serve') serve()
else await measure()
