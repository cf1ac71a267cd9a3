// The smallest useful program: what it weighs is what a user of one provider downloads.
export { generate } from '@reelay/core'
export { createKling } from '@reelay/kling'
