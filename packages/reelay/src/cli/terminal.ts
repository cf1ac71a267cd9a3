import { once as waitFor } from 'node:events'
import { stripVTControlCharacters, styleText } from 'node:util'
import { printable } from '@reelay/core'
import { paragraph } from './table.ts'

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green'

// Whoever read our output has gone, or the terminal was closed: nothing of ours went wrong.
const readerGone: readonly unknown[] = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'ENOTCONN']

let lost: string | undefined

function note(stream: NodeJS.WriteStream, error: unknown): void {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  if (stream === process.stdout && !readerGone.includes(code)) lost ??= code
}

/**
 * Lets the process live on when nobody reads its output any more, as after `| head -1` or a closed terminal: a paid
 * render is finished all the same.
 */
export function surviveClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => note(stream, error))
}

/** Why a result could not be written although somebody wanted it, such as `ENOSPC`. Known once all is written. */
export async function lostOutput(): Promise<string | undefined> {
  await new Promise<void>((done) => {
    process.stdout.write('', () => done())
  }).catch((error: unknown) => note(process.stdout, error))
  return lost
}

function write(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text)
  } catch (error) {
    // A stream into a file throws instead of telling by an event.
    note(stream, error)
  }
}

/** Styled where the stream is a terminal that wants colours: NO_COLOR, FORCE_COLOR and TERM=dumb are respected. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  return styleText(style, text, { stream })
}

/** For people: progress, words, prompts and warnings, on stderr, as wide as it is. Control characters never get through. */
export function say(text: string, style?: Style): void {
  const width = widthOf(process.stderr)
  const lines = printable(text, { lines: true }).split('\n')
  const safe = lines.map((line) => paragraph(line, width)).join('\n')
  write(process.stderr, `${style === undefined ? safe : styled(style, safe)}\n`)
}

/** The result, on stdout. Control characters never get through. */
export function answer(text: string): void {
  write(process.stdout, `${printable(text, { lines: true })}\n`)
}

/** Text that is ours to the last character, colours included, such as a help page. */
export function page(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  write(stream, `${isSmart(stream) ? text : stripVTControlCharacters(text)}\n`)
}

/** JSON on one line, with its end. */
export function jsonLine(value: unknown): string {
  // JSON escapes C0 only; DEL and C1 move cursors as well, and a terminal may be reading.
  const text = JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${text}\n`
}

/** A result for scripts: JSON on one line, on stdout. */
export const answerJson = (value: unknown): void => write(process.stdout, jsonLine(value))

/** Waits until what was written to stdout has left the process, where a slow reader lets it pile up. */
export async function flowing(): Promise<void> {
  const { stdout } = process
  if (!stdout.writableNeedDrain || lost !== undefined || stdout.destroyed) return
  const settled = new AbortController()
  const once = (event: string): Promise<unknown> => waitFor(stdout, event, { signal: settled.signal })
  await Promise.race([once('drain'), once('close')]).catch(() => undefined)
  settled.abort()
}

/** Replaces the line the cursor is in. */
export function redraw(text: string): void {
  write(process.stderr, `\r\u001b[K${printable(text)}`)
}

/** Whether a stream is a terminal that can move its cursor. */
export function isSmart(stream: NodeJS.WriteStream = process.stderr): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}

/** How wide to write; without end where nobody looks at it line by line. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY
}
