import { relative } from 'node:path'
import type { SucceededTask } from '@reelay/core'
import { charged, type Kept, type KeptBefore } from './finish.ts'
import { flagOfField, inFlags } from './flags.ts'
import { table } from './table.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const here = (file: string): string => relative(process.cwd(), file)

const savedAs = {
  video: ['the clip', 'clips'],
  image: ['the picture', 'pictures'],
  audio: ['the sound', 'sounds'],
} as const

/** What is being saved, as a progress line says it. */
export function savingLine({ outputs: [first, ...others] }: Pick<SucceededTask, 'outputs'>): string {
  const [one, many] = savedAs[first.kind]
  return `saving ${others.length === 0 ? one : `${others.length + 1} ${many}`}`
}

/**
 * What a command found out, on stdout: the sidecar's record and where the files are, or a table.
 *
 * @param more Rows between the file and the cost.
 */
export function showResult(
  task: SucceededTask,
  { saved, others, record, sidecar }: Kept,
  json: boolean,
  more: readonly (readonly [string, string])[] = [],
): void {
  for (const warning of task.warnings)
    say(`  note: ${flagOfField[warning.field] ?? warning.field}: ${inFlags(warning.message)}`, 'yellow')
  if (json) {
    answerJson({ ...record, path: saved.file, sidecar })
    return
  }
  const rows = [
    ['file', here(saved.file)],
    ...others.map(({ file }) => ['', here(file)] as const),
    ...more,
    ['actual', charged(task)],
    ['task', task.id],
    ['sidecar', here(sidecar)],
    ['sha256', saved.sha256],
  ] as const
  answer(table(rows, widthOf(process.stdout)))
}

/** What an earlier run has saved, on stdout. */
export function showKept({ file, record, sidecar }: KeptBefore, json: boolean): void {
  if (json) {
    answerJson({ ...record, path: file, sidecar })
    return
  }
  const rows = [
    ['file', here(file)],
    ['actual', charged(record)],
    ['task', record.taskId],
    ['sidecar', here(sidecar)],
    ['sha256', record.sha256],
  ] as const
  answer(table(rows, widthOf(process.stdout)))
}
