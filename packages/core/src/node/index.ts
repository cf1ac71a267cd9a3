export { type CheckedFetchOptions, checkedFetch } from '../run/download/guard/checked-fetch.ts'
export { type FileStore, toFile } from './download/to-file.ts'
export {
  describeRequest,
  type LogRenderOptions,
  logRender,
  type RenderImage,
  type RenderRecord,
} from './run-log.ts'
export { type SavedFile, type SaveOptions, save } from './save.ts'
