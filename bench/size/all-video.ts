// What it weighs to switch between all providers, of a program that renders clips from words and from images alone.
export { generate } from '@reelay/core'
export { createFalWith, falVideo } from '@reelay/fal/kinds'
export { createKlingWith, klingVideo } from '@reelay/kling/kinds'
export { createPiapiWith, piapiVideo } from '@reelay/piapi/kinds'
export { createReplicateWith, replicateVideo } from '@reelay/replicate/kinds'
