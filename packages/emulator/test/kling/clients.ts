import { keyHeaders, type Rig, T2V, validBody } from './rig.ts'

/** A text2video create as a bare `fetch`, so that a lost answer shows. */
export const create = (rig: Rig, externalId = 'x', init: RequestInit = {}): Promise<Response> =>
  rig.emulator.fetch(T2V, {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json' },
    body: JSON.stringify({ ...validBody, external_task_id: externalId }),
    ...init,
  })

/** The URL of a finished clip. */
export async function finishedClip(rig: Rig): Promise<string> {
  const id = await rig.createTask()
  rig.control.advance(60_000)
  return (await rig.get(`${T2V}/${id}`)).body.data.task_result.videos[0].url
}

/** What a promise rejects with, as far as a client can tell. */
export const rejection = async (
  promise: Promise<unknown>,
): Promise<{ name: string; message: string; code: unknown }> => {
  const error = await promise.then(
    () => new Error('did not reject'),
    (reason: unknown) => reason as Error,
  )
  const { code } = (error.cause ?? {}) as { code?: unknown }
  return { name: error.name, message: error.message, code }
}

export const reset = { name: 'TypeError', message: 'fetch failed', code: 'ECONNRESET' }
