import { htmlAnswer } from '../http/answers.ts'
import { bytesOf, withBody } from '../http/body.ts'
import type { Effects, FaultRun } from './effect.ts'

async function workFirst(created: boolean, run: FaultRun): Promise<void> {
  if (created) await run.next()
}

/** Where a `redirect` fault points unless told: the same URL, marked, so that following it succeeds. */
function sameURLMarked(run: FaultRun): string {
  const url = new URL(run.exchange.url)
  url.searchParams.set('redirected', '1')
  return url.href
}

function retryAfterHeader(retryAfter: number | string, now: number): string {
  return retryAfter === 'date' ? new Date(now + 2000).toUTCString() : String(retryAfter)
}

/** Faults that put another answer in the place of the provider's. */
export const answerEffects: Effects<
  'status' | 'refuse' | 'rate-limit' | 'html' | 'truncated-json' | 'empty' | 'redirect'
> = {
  status: async (spec, run) => {
    await workFirst(spec.created ?? false, run)
    const own = run.provider.errorAnswer(spec.status, spec.code, run.exchange)
    const status = spec.status ?? own?.status ?? 500
    const headers = new Headers(own?.headers ?? { 'content-type': 'text/plain; charset=utf-8' })
    for (const [name, value] of Object.entries(spec.headers ?? {})) headers.set(name, value)
    if (typeof spec.body === 'object') {
      headers.set('content-type', 'application/json')
      return new Response(JSON.stringify(spec.body), { status, headers })
    }
    return new Response(spec.body ?? (own ? await own.text() : `${status}\n`), { status, headers })
  },

  refuse: async (spec, run) => {
    const refusal = run.provider.refusalAnswer(spec.as, run.exchange)
    if (!refusal) {
      run.spare()
      return run.next()
    }
    await workFirst(spec.created ?? false, run)
    for (const [name, value] of Object.entries(spec.headers ?? {})) refusal.headers.set(name, value)
    return refusal
  },

  'rate-limit': async (spec, run) => {
    const own = run.provider.errorAnswer(429, undefined, run.exchange)
    const headers = new Headers(own?.headers)
    if (spec.retryAfter !== undefined) {
      headers.set('retry-after', retryAfterHeader(spec.retryAfter, run.clock.now()))
    }
    return new Response(own ? await own.text() : null, { status: 429, headers })
  },

  html: async (spec, run) => {
    await workFirst(spec.created ?? false, run)
    return htmlAnswer(spec.status ?? 502, 'Bad Gateway')
  },

  'truncated-json': async (spec, run) => {
    const whole = (spec.created ?? true) ? await run.next() : Response.json({ code: 0, message: 'SUCCEED' })
    const bytes = await bytesOf(whole)
    return withBody(whole, bytes.slice(0, Math.ceil(bytes.length / 2)))
  },

  empty: async (spec, run) => {
    await workFirst(spec.created ?? true, run)
    return new Response(null, {
      status: spec.status ?? 200,
      headers: { 'content-type': 'application/json' },
    })
  },

  redirect: async (spec, run) => {
    await workFirst(spec.created ?? false, run)
    const location = spec.location ?? sameURLMarked(run)
    return new Response(null, { status: spec.status ?? 302, headers: { location } })
  },
}

/** Edits a JSON answer; where the edit finds nothing to change, the answer passes and the hit is given back. */
async function edited(run: FaultRun, edit: (answer: unknown) => unknown): Promise<Response> {
  const answer = await run.next()
  const text = await answer.text()
  let changed: unknown
  try {
    changed = edit(JSON.parse(text))
  } catch {
    changed = undefined
  }
  if (changed === undefined) run.spare()
  return withBody(answer, changed === undefined ? text : JSON.stringify(changed))
}

/** Faults inside a well-formed JSON answer. */
export const fieldEffects: Effects<'unknown-status' | 'missing-field' | 'missing-url'> = {
  'unknown-status': (spec, run) =>
    edited(run, (answer) => run.provider.edits.setStatus(answer, spec.word ?? 'paused')),
  'missing-field': (spec, run) => edited(run, (answer) => run.provider.edits.dropField(answer, spec.field)),
  'missing-url': (_spec, run) => edited(run, (answer) => run.provider.edits.dropURLs(answer)),
}
