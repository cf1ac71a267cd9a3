import { type ErrorCode, type Outcome, type Problem, printable, ReelayError } from '@reelay/core'
import { flagProblems, inFlags, problemLines } from './flags.ts'
import { Interrupted } from './interrupt.ts'
import { stake } from './stake.ts'
import { paragraph } from './table.ts'
import { own } from './version.ts'

/** The command line was not understood, or cannot be followed; nothing was bought. */
export class UsageError extends Error {
  readonly problems: readonly Problem[]
  /** Lines below the message. */
  readonly lines: readonly string[]
  constructor(message: string, lines: readonly string[] = [], problems: readonly Problem[] = []) {
    super(message)
    this.lines = lines
    this.problems = problems
  }
}

const spent = {
  none: 'no, nothing was bought',
  rejected: 'no, the provider refused',
  unknown: 'unknown; do not run the command again before you have looked',
  accepted: 'yes; the task is named below',
} as const

const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError || (error as { name?: string } | null)?.name === 'CLIError'

/** Trouble of this machine, such as a full disk; not a bug. */
const isSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'

const systemWords: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  EACCES: 'There is no permission',
  EPERM: 'There is no permission',
  EROFS: 'The disk is read-only',
  EMFILE: 'Too many files are open',
}

// An error thrown by bundled code may quote the whole of it.
const oneLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, 300)

/** Who it was that failed: a person's typing, this machine, a provider, or we. */
function messageOf(error: unknown): { readonly code: string; readonly message: string } {
  if (ReelayError.isInstance(error)) return { code: error.code, message: inFlags(headline(error)) }
  if (isUsage(error)) return { code: 'ERR_USAGE', message: error.message }
  if (error instanceof Interrupted) return { code: 'ERR_ABORTED', message: error.message }
  if (isSystem(error)) {
    const words = systemWords[error.code ?? '']
    const where = error.path === undefined ? '' : `: ${error.path}`
    return {
      code: 'ERR_SYSTEM',
      message: words === undefined ? oneLine(error.message) : `${words} (${error.code})${where}.`,
    }
  }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: 'ERR_INTERNAL', message: oneLine(name) }
}

/** What an error says beside its problems, which are said in other words. */
function headline({ message, problems = [] }: ReelayError): string {
  const explained = problems.map(({ field, message: what, fix }) => `${field}: ${what} ${fix}`).join(' ')
  return problems.length > 0 && message.endsWith(explained)
    ? message.slice(0, -explained.length).trim()
    : message
}

function outcomeOf(error: unknown): Outcome {
  if (ReelayError.isInstance(error)) return error.outcome
  const { paid, handle } = stake()
  if (isUsage(error) || !paid) return 'none'
  return handle ? 'accepted' : 'unknown'
}

/** An error as a script wants it. */
export function errorDocument(error: unknown): { readonly error: Readonly<Record<string, unknown>> } {
  const known = ReelayError.isInstance(error) ? { ...error, name: undefined } : {}
  const { problems } = error as Partial<ReelayError & UsageError>
  const { handle, submission, next } = stake()
  const outcome = outcomeOf(error)
  const open = outcome === 'accepted' || outcome === 'unknown'
  return {
    error: {
      ...messageOf(error),
      outcome,
      ...(open && { handle, submission, next }),
      ...known,
      ...messageOf(error),
      ...(problems && problems.length > 0 && { problems: flagProblems(problems) }),
    },
  }
}

function internal(error: unknown, message: string): readonly string[] {
  const debug = process.env.REELAY_DEBUG || process.argv.includes('--debug')
  const stack = debug && error instanceof Error && error.stack ? ['', error.stack] : []
  return [
    `reelay: something went wrong inside Reelay itself. ${message}`,
    `  Please report it with these lines and the command: ${own.bugs}`,
    `  (reelay ${own.version}, Node ${process.version}, ${process.platform}${debug ? '' : '; --debug shows where it happened'})`,
    ...stack,
  ]
}

/**
 * An error as a person at a terminal wants it: what, money, what next; no stack.
 *
 * @param live Whether real money was at stake.
 * @param width Characters per line.
 */
export function describeFailure(
  error: unknown,
  live = true,
  width: number = Number.POSITIVE_INFINITY,
): string {
  const { code, message: raw } = messageOf(error)
  const message = printable(raw)
  const { problems = [], requestId, ...known } = error as Partial<ReelayError>
  const below = error instanceof UsageError ? error.lines : problemLines(problems)
  const lines =
    code === 'ERR_INTERNAL'
      ? internal(error, message)
      : [`${ReelayError.isInstance(error) ? code : 'reelay'}: ${message}`]
  const { handle = stake().handle, submission = stake().submission } = known
  const outcome = outcomeOf(error)
  const money =
    code === 'ERR_USAGE'
      ? []
      : live
        ? moneyLines(code, outcome, { requestId, handle, submission, candidates: known.candidates })
        : ['  money spent: no, this was the emulator']
  const text = [...lines, ...below.map((line) => `  ${printable(line)}`)].map((line) =>
    paragraph(line, width, 2),
  )
  return ['', ...text, ...money].join('\n')
}

function moneyLines(
  code: string,
  outcome: Outcome,
  {
    requestId,
    handle,
    submission,
    candidates = [],
  }: {
    readonly [name in 'requestId' | 'handle' | 'submission' | 'candidates']: ReelayError[name] | undefined
  },
): readonly string[] {
  const ended = code === 'ERR_TASK_FAILED'
  const open = outcome === 'accepted' || outcome === 'unknown'
  const { next } = stake()
  const words = ended ? 'as the provider charges failed tasks, see above' : spent[outcome]
  const told = outcome === 'accepted' && !handle ? 'yes' : words
  return [
    `  money spent: ${told}`,
    ...(requestId ? [`  request id:  ${printable(requestId)}`] : []),
    // Whole lines, however long: they are there to be copied.
    ...(open && submission && !handle ? [`  submission:  ${JSON.stringify(submission)}`] : []),
    // Without proof: for somebody who looks into the provider's console.
    ...candidates.map(({ id, status }) => `  may be task: ${printable(`${id} (${status})`)}`),
    ...(open && handle ? [`  handle:      ${JSON.stringify(handle)}`] : []),
    ...(open && next && !ended ? [`  go on with:  ${next}`] : []),
  ]
}

// Refused for what was typed, before anything was sent: a script should mend its call rather than try again.
const misunderstood: readonly ErrorCode[] = ['ERR_CONFIG', 'ERR_INVALID_REQUEST', 'ERR_UNSUPPORTED']

/** Exit codes: 128 and the signal's number when interrupted, 2 not understood (nothing was sent), 1 anything else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  if (isUsage(error)) return 2
  if (!ReelayError.isInstance(error)) return 1
  if (error.code === 'ERR_ABORTED') return error.cause instanceof Interrupted ? error.cause.exitCode : 130
  return error.outcome === 'none' && misunderstood.includes(error.code) ? 2 : 1
}
