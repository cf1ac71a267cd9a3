import { type HttpReply, idText, maybe, type StepAnswer, wireReader, wireScalar } from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { toNumber } from './outputs.ts'

/** What identify-face found, as it is kept; milliseconds into the clip. */
export interface Faces {
  readonly session: string
  readonly faces: readonly { readonly id: string; readonly from: number; readonly to: number }[]
}

/** What tts spoke, as it is kept. */
export interface Speech {
  readonly audioId: string
  readonly seconds: number
}

const face = z.object({ face_id: wireScalar, start_time: wireScalar, end_time: wireScalar })
const faces = wireReader(
  z.object({
    data: z.object({
      session_id: wireScalar,
      face_data: maybe(z.array(maybe(face))),
      final_unit_deduction: wireScalar,
    }),
  }),
)
const speech = wireReader(
  z.object({
    data: z.object({
      task_result: z.object({ audios: z.array(z.object({ id: wireScalar, duration: wireScalar })) }),
      final_unit_deduction: wireScalar,
    }),
  }),
)

/** Units from a pack; what a balance paid has no currency of its own and goes by the list. */
function charged(units: string | number | undefined): Pick<StepAnswer, 'charged'> {
  const amount = toNumber(units)
  return amount === undefined ? {} : { charged: { amount, unit: 'unit' } }
}

/**
 * The faces of a clip, and the session that they are chosen in; `undefined` without a session. What a clip without a face
 * brings is not documented: a list that is empty or absent is one.
 */
export function readFaces({ body }: HttpReply): StepAnswer | undefined {
  const { session_id: id, face_data: list = [], final_unit_deduction: units } = faces(body)?.data ?? {}
  const session = idText(id)
  if (session === undefined) return undefined
  const found = (list ?? []).flatMap((one) => {
    const faceId = idText(one?.face_id)
    if (!one || faceId === undefined) return []
    return [
      {
        id: faceId,
        from: toNumber(one.start_time) ?? 0,
        to: toNumber(one.end_time) ?? Number.MAX_SAFE_INTEGER,
      },
    ]
  })
  return { result: { session, faces: found } satisfies Faces, ...charged(units) }
}

/** A sound that was spoken; `undefined` without its id or its length. */
export function readSpeech({ body }: HttpReply): StepAnswer | undefined {
  const { task_result: result, final_unit_deduction: units } = speech(body)?.data ?? {}
  const [sound] = result?.audios ?? []
  const [audioId, seconds] = [idText(sound?.id), toNumber(sound?.duration)]
  if (audioId === undefined || seconds === undefined) return undefined
  return { result: { audioId, seconds } satisfies Speech, ...charged(units) }
}
