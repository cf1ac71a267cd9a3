export {
  type Destination,
  type Download,
  type DownloadOptions,
  download,
  type RawStorageLike,
  type S3Options,
  type S3Target,
  type Store,
  type StoreContext,
  type StoredFile,
  type TransferProgress,
  toS3,
  toStorage,
} from './download/index.ts'
export type { RenderEvent, RenderListener } from './events.ts'
export { type GenerateOptions, generate } from './generate.ts'
export { usualMs } from './usual.ts'
export { type WaitOptions, wait } from './wait.ts'
export { deliver, hint } from './watch/scheduler.ts'
export { type WatchEvent, type Watcher, type WatchOptions, watch } from './watch/watch.ts'
