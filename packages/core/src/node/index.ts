export { type LogRenderOptions, logRender, type RenderRecord } from './run-log.ts'
export { type SavedFile, save } from './save.ts'
