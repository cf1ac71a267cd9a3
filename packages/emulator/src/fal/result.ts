import { notFound } from './answers.ts'
import type { Endpoint } from './endpoints.ts'
import type { Job } from './job.ts'
import type { FalState } from './state.ts'
import { type FalTask, isFailure, statusAt } from './tasks.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The bytes of a finished clip. */
export function clipOf(state: FalState, task: FalTask): Promise<Bytes> | undefined {
  const { endpoint, job, outcome, path } = task
  if (!endpoint || !job || !outcome || isFailure(outcome)) return undefined
  const { seconds } = job
  return state.clips.get(task.id, {
    title: `fal ${path} ${seconds}s`,
    text: captionOf(endpoint, job),
    seconds,
    aspect: outcome.aspect,
    picture: task.picture,
  })
}

const captionOf = ({ op }: Endpoint, { body, prompt }: Job): string =>
  typeof body.prompt === 'string' && body.prompt !== '' ? body.prompt : prompt || op

const TOO_EARLY = { detail: 'Request is still in progress' }

/** What the result address answers: the model's bare output, or the error the app ended with, status and all. */
export async function resultAnswer(state: FalState, task: FalTask, media: string): Promise<Response> {
  const now = state.clock.now()
  const headers = { 'x-fal-request-id': task.id }
  if (statusAt(task, now) !== 'COMPLETED') return Response.json(TOO_EARLY, { status: 400, headers })
  const { outcome, endsAt = now, job } = task
  if (now >= endsAt + state.settings.resultTtlMs) return notFound()
  const body = await resultBody(state, task, media)
  if (isFailure(outcome)) {
    const units = outcome.free ? '0' : String(job?.units ?? 0)
    return Response.json(body, {
      status: outcome.status,
      headers: { ...headers, 'x-fal-billable-units': units, ...outcome.headers },
    })
  }
  return Response.json(body, {
    headers: { ...headers, 'x-fal-billable-units': String(job?.units ?? 0) },
  })
}

/** The model's bare output or its error: what the result address shows, and what a webhook carries. */
export async function resultBody(
  state: FalState,
  task: FalTask,
  media: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { outcome } = task
  return isFailure(outcome) ? outcome.body : { video: await outputFile(state, task, media) }
}

async function outputFile(state: FalState, task: FalTask, media: string): Promise<Record<string, unknown>> {
  const url = `${media}/files/b/${task.folder}/${task.file}`
  if (state.settings.outputFile === 'url-only') return { url }
  const bytes = await clipOf(state, task)
  return { url, content_type: 'video/mp4', file_name: 'output.mp4', file_size: bytes?.length ?? 0 }
}
