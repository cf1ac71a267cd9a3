// The same, of a program that renders clips from words and from images alone.
export { generate } from '@reelay/core'
export { createKlingWith, klingVideo } from '@reelay/kling/kinds'
