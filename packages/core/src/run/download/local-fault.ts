import { ReelayError } from '../../model/error.ts'
import { type DownloadOptions, failure } from './options.ts'

// What no other attempt cures: permissions, disks, missing code. Sources: Node's documentation of `Error` codes, errno(3).
const codes = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'ENOENT', 'ENAMETOOLONG', 'ELOOP'],
  ...['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_REQUIRE_ESM', 'ERR_PACKAGE_PATH_NOT_EXPORTED'],
  ...[
    'ERR_UNKNOWN_BUILTIN_MODULE',
    'ERR_ACCESS_DENIED',
    'ERR_METHOD_NOT_IMPLEMENTED',
    'ERR_INVALID_ARG_TYPE',
  ],
  ...['ERR_INVALID_ARG_VALUE', 'ERR_INVALID_STATE', 'ERR_INVALID_URL', 'ERR_INVALID_THIS'],
])
// Deno's names for a missing permission, and what engines throw for a mistake in a program.
const names = new Set([
  ...['NotCapable', 'PermissionDenied', 'ReferenceError', 'SyntaxError', 'RangeError', 'EvalError'],
])
// A TypeError is what `fetch` rejects with for any trouble, and what engines throw for mistakes, who say it in these words.
const mistakes =
  /\bis not (a function|a constructor|defined|iterable|supported|implemented)|^Cannot (read|set|find|access|destructure|convert)|^Illegal invocation|dynamically imported module/

const missingCode = /(?:Dynamic require of|Cannot find (?:package|module)) ["']([\w@:/.-]{1,80})["']/

interface Fault {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly cause?: unknown
}

function chainOf(error: unknown): readonly Fault[] {
  const chain: Fault[] = []
  for (let one = error; typeof one === 'object' && one !== null && chain.length < 6; ) {
    chain.push(one)
    one = (one as Fault).cause
  }
  return chain
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A fault's name that is safe to print: a code or a class, never its message, which may hold a request. */
function nameOf(fault: Fault): string {
  const code = textOf(fault.code)
  if (/^[A-Z][A-Z0-9_]+$/.test(code)) return code
  return /^\w{1,40}$/.test(textOf(fault.name)) ? textOf(fault.name) : 'unknown error'
}

const isLocal = (fault: Fault): boolean =>
  codes.has(textOf(fault.code)) ||
  names.has(textOf(fault.name)) ||
  missingCode.test(textOf(fault.message)) ||
  (fault.cause === undefined && fault.code === undefined && mistakes.test(textOf(fault.message)))

function describe(fault: Fault | undefined, options: Pick<DownloadOptions, 'handle'>): ReelayError {
  const [, missing] = missingCode.exec(textOf(fault?.message)) ?? []
  const what = missing
    ? `${missing} could not be loaded. If this program was bundled, mark that package as external, or pass a \`fetch\``
    : nameOf(fault ?? {})
  const message = `The download failed on this machine and not on the network: ${what}. It was not tried again. The clip is still at the provider.`
  return failure(options, message, { retryable: false })
}

/**
 * The error of a fault on this machine (a missing module or permission, a full disk, a mistake in a program), or
 * `undefined` for what may be the network's, which another attempt may cure.
 */
export function localFault(
  error: unknown,
  options: Pick<DownloadOptions, 'handle'>,
): ReelayError | undefined {
  const fault = chainOf(error).find(isLocal)
  return fault && describe(fault, options)
}

/** Whatever was thrown where no network is involved, as an error of ours. */
export function ownFault(error: unknown, options: Pick<DownloadOptions, 'handle'>): ReelayError {
  if (ReelayError.isInstance(error)) return error
  const chain = chainOf(error)
  return describe(chain.find(isLocal) ?? chain[0], options)
}
