export type { Compaction, CompactOptions } from './journal/compact.ts'
export { type FileJournal, type FileJournalOptions, fileJournal } from './journal/file-journal.ts'
export { describeRequest, type LogRenderOptions, logRender, type RenderRecord } from './run-log.ts'
export { type SavedFile, save } from './save.ts'
