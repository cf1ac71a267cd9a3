// What an app weighs that can switch between all providers without loading anything later.
export { generate } from '@reelay/core'
export { createFal } from '@reelay/fal'
export { createKling } from '@reelay/kling'
export { createPiapi } from '@reelay/piapi'
export { createReplicate } from '@reelay/replicate'
