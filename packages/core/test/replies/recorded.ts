import { readFileSync } from 'node:fs'
import type { Said, SellerName } from './sellers.ts'

function recorded(name: SellerName, file: string): Said {
  const at = new URL(`../../../${name}/test/fixtures/${file}.json`, import.meta.url)
  const { status, headers, body } = JSON.parse(readFileSync(at, 'utf8')).response
  return {
    status,
    body,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([k, v]) => [k, String(v)])),
  }
}

/** Recorded replies of one provider. */
export interface Recorded {
  readonly created: readonly Said[]
  readonly refused: readonly Said[]
  readonly reads: readonly Said[]
  /** Of the steps before a create, by the last part of their path. */
  readonly steps?: Readonly<Record<string, readonly Said[]>>
}

const all = (name: SellerName, files: readonly string[]): readonly Said[] =>
  files.map((file) => recorded(name, file))

// No recording of a submit of a clip exists: the reply of the queue reference (2026).
const queued: Said = {
  body: {
    status: 'IN_QUEUE',
    request_id: '01a0d4c6-2e31-7b5a-8c40-6d1f9a2b7701',
    queue_position: 0,
    response_url: 'https://queue.fal.run/fal-ai/kling-video/requests/01a0d4c6-2e31-7b5a-8c40-6d1f9a2b7701',
    logs: null,
    metrics: {},
  },
}

export const recordings: Readonly<Record<SellerName, Recorded>> = {
  kling: {
    created: all('kling', [
      'v1_text2video_create',
      'v1_text2video_create_no_external_id',
      'v1_image2video_create',
      'v1_image_generation_create',
      'v1_lip_sync_create',
      'v1_multi_image2video_create',
      'v1_omni_image_create_series',
      'v1_video_extend_create',
      'v1_virtual_try_on_create',
    ]),
    refused: all('kling', [
      'error_rate_limit',
      'error_parallel_limit',
      'error_bad_mode',
      'error_content_filter_sync',
      'error_internal',
      'error_model_discontinued',
      'auth_missing',
      'auth_garbage_key_v1',
      'api2_duplicate_external_id',
    ]),
    reads: all('kling', [
      'v1_text2video_query_processing',
      'v1_text2video_query_succeed_2024',
      'v1_image2video_query_succeed_watermark',
      'v1_text2video_query_by_external_id',
      'v1_query_unknown_id',
      'solutions_virtual_try_on_query',
      'v1_image_generation_query_succeed_v3',
      'v1_lip_sync_query_succeed',
      'v1_omni_image_query_series',
      'v1_omni_video_query_failed',
      'v1_video_extend_query_succeed',
    ]),
    steps: {
      'identify-face': all('kling', ['v1_identify_face']),
      tts: all('kling', ['v1_tts_zh', 'v1_tts_voice_not_found']),
    },
  },
  piapi: {
    created: all('piapi', [
      'create_image_to_video',
      'create_omni_images',
      'create_v4_text_to_video',
      'create_ai_try_on',
      'create_extend_video',
      'create_lip_sync_audio',
    ]),
    refused: all('piapi', [
      'error_auth',
      'error_bad_request',
      'error_insufficient_credits',
      'error_service_busy_on_create',
      'error_task_not_found',
    ]),
    reads: all('piapi', [
      'get_task_completed_works',
      'get_task_completed_extend',
      'get_task_completed_lip_sync',
      'get_task_completed_try_on',
      'get_task_completed_v4',
      'get_task_failed',
      'get_task_pending',
      'get_task_processing',
      'task_histories',
    ]),
  },
  fal: {
    created: [
      queued,
      ...all('fal', ['submit_lipsync_text', 'submit_text_to_image_v3', 'submit_virtual_try_on']),
    ],
    refused: all('fal', [
      'auth_401_bad_key',
      'locked_403_exhausted_balance',
      'not_found_404_app',
      'result_validation_422',
      'result_start_timeout_504',
    ]),
    reads: all('fal', [
      'status_completed',
      'status_completed_with_error',
      'status_in_progress',
      'result_lipsync_text',
      'result_text_to_image_v3',
      'result_video_url_only',
      'result_virtual_try_on',
      'result_validation_422',
      'requests_by_endpoint',
      'requests_by_endpoint_running',
    ]),
  },
  replicate: {
    created: all('replicate', [
      'create_with_cancel_after',
      'create_sync_wait_done',
      'create_sync_wait_timeout',
      'create_lip_sync_audio',
      'create_reference_omni',
    ]),
    refused: all('replicate', [
      'error_401_invalid_token_create',
      'error_402_insufficient_credit',
      'error_404_model',
      'error_422_duration_enum',
      'error_429_low_credit',
      'error_500',
    ]),
    reads: all('replicate', [
      'get_starting',
      'get_processing',
      'get_canceled',
      'get_aborted',
      'get_failed_lip_sync_no_face',
      'get_failed_sensitive',
      'get_succeeded_lip_sync_audio',
      'get_succeeded_data_removed',
      'create_sync_wait_done',
      'list_page',
    ]),
  },
}
