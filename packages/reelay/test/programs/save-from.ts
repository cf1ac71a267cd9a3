// Saves the clip at an address, and prints how that was refused.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { save } from '@reelay/core/node'

const url = process.argv[2] ?? ''
const target = join(tmpdir(), `reelay-save-from-${process.pid}.mp4`)
await save({ kind: 'video', url, mediaType: 'video/mp4' }, target).then(
  () => console.log('saved'),
  (error: { code?: string; message: string }) => console.log(error.code, error.message),
)
