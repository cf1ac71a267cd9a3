import {
  type HttpReply,
  type HttpRequest,
  type ProviderSpec,
  pathPart,
  type Route,
  rowsOf,
  type TaskHandle,
  toBase64,
  type UploadFile,
} from '@reelay/core/adapter'
import type { PiapiKind, Setup } from './create.ts'
import { search } from './history.ts'
import { freeOptions } from './provider-options.ts'
import { costOf, readCancel, readCreated, readFailure, readRefusal, readTask, readUploaded } from './read.ts'
import { reservedOptions, statuses } from './tables.ts'

// No key and no id of ours exists. The task history lists candidates, and no more: a lost create stays unknown.
const route: Route = { path: '/api/v1/task', idempotency: 'none', find: 'search' }

const at = (method: 'GET' | 'DELETE', { id }: TaskHandle): HttpRequest => ({
  method,
  path: `${route.path}/${pathPart(id)}`,
})

/** Brings a file to PiAPI's upload host (route of the vendor CLI, body keys of a public client). */
async function upload(
  { name, bytes }: UploadFile,
  ask: (request: HttpRequest) => Promise<HttpReply>,
): Promise<string | undefined> {
  const reply = await ask({
    method: 'POST',
    host: 'upload',
    path: '/api/ephemeral_resource',
    // Base64 without a `data:` prefix.
    json: { file_name: name, file_data: toBase64(bytes) },
  })
  return readUploaded(reply)
}

/** Kling on PiAPI, selling some kinds as one instance wants them; tasks of all kinds are read whichever are sold. */
export function specOf(sold: readonly PiapiKind[], setup: Setup): ProviderSpec {
  const kinds = sold.map((kindOf) => kindOf(setup))
  return {
    id: 'piapi',
    kinds,
    whole: 'createPiapi of @reelay/piapi',
    catalog: {
      defaultModel: 'kling-v3',
      defaultModels: {
        'reference-to-video': 'kling-v3-omni',
        'lip-sync': 'kling-lip-sync',
        'virtual-try-on': 'kolors-virtual-try-on-v1-5',
      },
      offers: rowsOf(kinds),
    },
    routes: {
      video_generation: route,
      omni_video_generation: route,
      text_to_video: route,
      image_to_video: route,
      extend_video: route,
      ai_try_on: route,
      lip_sync: route,
    },
    statuses,
    providerOptions: { free: freeOptions, reserved: reservedOptions },
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
