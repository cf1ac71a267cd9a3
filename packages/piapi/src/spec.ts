import {
  type CancelResult,
  type HttpReply,
  type HttpRequest,
  type ProviderSpec,
  pathPart,
  type Route,
  type TaskHandle,
} from '@reelay/core'
import { catalogOf } from './catalog.ts'
import { carriesPrompt, check, warnings } from './checks.ts'
import { costOf, readCreated, readTask, statuses } from './decode.ts'
import { encode, type Setup } from './encode.ts'
import { readRefusal } from './errors.ts'
import { readFailure } from './failures.ts'
import { search } from './history.ts'
import { freeOptions, reservedOptions } from './provider-options.ts'
import { upload } from './upload.ts'
import { readEnvelope } from './wire.ts'

// No key and no id of ours exists. The task history lists candidates, and no more: a lost create stays unknown.
const route: Route = { path: '/api/v1/task', idempotency: 'none', find: 'search' }

const at = (method: 'GET' | 'DELETE', { id }: TaskHandle): HttpRequest => ({
  method,
  path: `${route.path}/${pathPart(id)}`,
})

/** The body of a cancel is not documented; only pending tasks can be stopped, the rest are refused with 400. */
function readCancel(reply: HttpReply): CancelResult | undefined {
  const refusal = readRefusal(reply)
  if (refusal) return refusal.nativeCode === '400' || reply.status === 400 ? 'too-late' : undefined
  const code = Number(readEnvelope(reply.body)?.code)
  if (reply.status !== 204 && (reply.status >= 300 || (code !== 200 && code !== 0))) return undefined
  const now = statuses[readTask(reply)?.status ?? '']
  if (now === undefined || now === 'canceled') return 'canceled'
  return now === 'queued' || now === 'running' ? 'requested' : 'too-late'
}

/** Kling on PiAPI, text to video and image to video, as one instance wants it. */
export function createSpec(setup: Setup): ProviderSpec {
  return {
    id: 'piapi',
    catalog: catalogOf(setup.serviceMode === 'public'),
    routes: {
      video_generation: route,
      omni_video_generation: route,
      text_to_video: route,
      image_to_video: route,
    },
    statuses,
    providerOptions: { free: freeOptions, reserved: reservedOptions },
    check,
    carriesPrompt,
    warnings,
    encode: (draft) => encode(draft, setup),
    refusal: readRefusal,
    created: readCreated,
    taskAt: { id: ['data', 'task_id'] },
    query: (handle) => at('GET', handle),
    task: readTask,
    failure: readFailure,
    cost: costOf,
    search,
    cancel: { request: (handle) => at('DELETE', handle), read: readCancel },
    upload,
  }
}
