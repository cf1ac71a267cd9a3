import type { FileHandle } from 'node:fs/promises'
import type { JournalEntry } from '../../compose/journal.ts'
import { parseEntry } from '../../compose/journal-entry.ts'

const newline = 0x0a
const chunkBytes = 64 * 1024

/** One line of a file: its text, and the byte after its end. `whole`: it ends in a newline. */
export interface Line {
  readonly text: string
  readonly end: number
  readonly whole: boolean
}

/** The lines of a file from a byte on. Split as bytes: a character cut in two by a crash must not spoil its neighbours. */
export async function* readLines(file: FileHandle, from = 0): AsyncGenerator<Line> {
  const buffer = Buffer.alloc(chunkBytes)
  let rest = Buffer.alloc(0)
  let at = from
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, at + rest.length)
    if (bytesRead === 0) break
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    let start = 0
    for (let stop = bytes.indexOf(newline); stop !== -1; stop = bytes.indexOf(newline, start)) {
      const text = bytes.toString('utf8', start, stop)
      start = stop + 1
      yield { text, end: at + start, whole: true }
    }
    rest = Buffer.from(bytes.subarray(start))
    at += start
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), end: at + rest.length, whole: false }
}

/** The entries of a file, skipping what a crash tore. A last line without its newline counts if it is complete. */
export async function* readEntries(file: FileHandle): AsyncGenerator<JournalEntry> {
  for await (const { text } of readLines(file)) {
    const entry = parseEntry(text)
    if (entry) yield entry
  }
}

/** Whether the next line has to begin with a newline of its own, since a crash tore the last one. */
export async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return false
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== newline
}
