export { type Download, type DownloadOptions, download } from './download.ts'
export type { RenderEvent, RenderListener } from './events.ts'
export { type GenerateOptions, generate, type TaskFailedError } from './generate.ts'
export { type WaitOptions, wait } from './wait.ts'
