const lostConnections = new WeakSet<Error>()

// Same shape as undici's rejection, which is what the runtimes' fetch gives on a reset.
function lostConnection(message: string, code: string): TypeError {
  const cause = Object.assign(new Error(`${code}: connection lost (emulated)`), { code })
  const error = new TypeError(message, { cause })
  lostConnections.add(error)
  return error
}

/** The connection broke before any byte of the answer. */
export const lostBeforeAnswer = (code = 'ECONNRESET'): TypeError => lostConnection('fetch failed', code)

/** The connection broke inside the body; `terminated` is undici's word for it. */
export const lostInsideAnswer = (): TypeError => lostConnection('terminated', 'ECONNRESET')

/** Whether an error stands for a broken connection that a port must turn into a real one. */
export const isLostConnection = (error: unknown): boolean =>
  error instanceof Error && lostConnections.has(error)
