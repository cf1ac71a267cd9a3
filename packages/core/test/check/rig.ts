import type { VideoProvider } from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'

/** A provider of each adapter, and what left. */
export interface Rig {
  readonly provider: VideoProvider
  readonly sent: string[]
}

type Create = (options: { fetch: typeof fetch; baseURL?: string }) => VideoProvider

export const creators: Readonly<Record<string, Create>> = {
  kling: (options) => createKling({ apiKey: 'key-0123456789', ...options }),
  piapi: (options) => createPiapi({ apiKey: 'key-0123456789', ...options }),
  fal: (options) => createFal({ apiKey: 'id:key-0123456789', ...options }),
  replicate: (options) => createReplicate({ apiKey: 'r8_key-0123456789', ...options }),
}

/** An adapter by its id; every request is refused. */
export function rig(name: string, baseURL?: string): Rig {
  const sent: string[] = []
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push(`${url} ${init?.body}`)
    return Response.json({ code: 1002, message: 'No', detail: 'Unauthorized' }, { status: 401 })
  }
  const create = creators[name] as Create
  return { provider: create({ fetch, ...(baseURL && { baseURL }) }), sent }
}
