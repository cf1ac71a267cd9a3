import { type HttpReply, type HttpRequest, toBase64, type UploadFile } from '@reelay/core'
import { readEnvelope, readUploaded } from './wire.ts'

/** Brings a file to PiAPI's upload host (route of the vendor CLI, body keys of a public client). */
export async function upload(
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
  return readUploaded(readEnvelope(reply.body)?.data) || undefined
}
