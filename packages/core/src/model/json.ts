/**
 * What JSON can say.
 *
 * @example
 * ```ts
 * import type { Json } from '@reelay/core/adapter'
 * const session: Json = { session_id: '832000000000000001', faces: [{ face_id: '0' }] }
 * ```
 */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }
