import { Hono } from 'hono'
import type { ReplicateAccount } from './accounts.ts'
import { isRefusal, refusalAnswer, refusals } from './errors.ts'
import { fileView, type StoredFile, storeUpload } from './files.ts'
import { pageOf } from './pages.ts'
import type { ApiEnv } from './routes.ts'
import { isSignedDownload } from './signatures.ts'
import type { ReplicateState } from './state.ts'
import { jsonAnswer } from './wire.ts'

/** The files API: `guarded` behind the token, `open` for the download, whose signature takes its place. */
export function mountFiles(state: ReplicateState): {
  readonly open: Hono<ApiEnv>
  readonly guarded: Hono<ApiEnv>
} {
  const { files, clock, accounts } = state
  const missing = (): Response => refusalAnswer(refusals.noFile())
  const find = (account: ReplicateAccount, id: string): StoredFile | undefined =>
    files.find(account.name, id, clock.now())

  const open = new Hono<ApiEnv>()
  open.get('/v1/files/:id/download', async (c) => {
    const id = c.req.param('id')
    const { searchParams } = new URL(c.req.url)
    const owner = accounts.find(({ name }) => name === searchParams.get('owner'))
    if (!owner || !(await isSignedDownload(owner, id, searchParams))) {
      return refusalAnswer(refusals.forbidden('The signature is not valid.'))
    }
    const expiry = Number(searchParams.get('expiry'))
    // Also refuses an expiry that is no number.
    if (!(clock.now() / 1000 <= expiry)) return refusalAnswer(refusals.forbidden('The link has expired.'))
    const file = find(owner, id)
    if (!file) return missing()
    const headers = { 'content-type': file.contentType, 'content-length': String(file.bytes.length) }
    return new Response(file.bytes, { headers })
  })

  const guarded = new Hono<ApiEnv>()
  guarded.post('/v1/files', async (c) => {
    const { exchange } = c.env
    const file = await storeUpload(state, c.var.account, exchange.body, exchange.headers.get('content-type'))
    if (isRefusal(file)) return refusalAnswer(file)
    return jsonAnswer(fileView(file, exchange.siteURL('api')), 201)
  })

  guarded.get('/v1/files', (c) => {
    const api = c.env.exchange.siteURL('api')
    const url = new URL(`${api}/v1/files${new URL(c.req.url).search}`)
    const page = pageOf(files.list(c.var.account.name, clock.now()), url)
    if (isRefusal(page)) return refusalAnswer(page)
    return jsonAnswer({ ...page, results: page.results.map((file) => fileView(file, api)) })
  })

  guarded.get('/v1/files/:id', (c) => {
    const file = find(c.var.account, c.req.param('id'))
    return file ? jsonAnswer(fileView(file, c.env.exchange.siteURL('api'))) : missing()
  })

  guarded.delete('/v1/files/:id', (c) => {
    const file = find(c.var.account, c.req.param('id'))
    if (!file) return missing()
    files.remove(file.id)
    return new Response(null, { status: 204, headers: { 'content-type': 'text/plain; charset=UTF-8' } })
  })
  return { open, guarded }
}
