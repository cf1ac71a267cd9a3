/** The caller's own work, waited for until an abort: then its reason is thrown, and the work goes on unheard. */
export async function abortable<Value>(
  work: Promise<Value> | undefined,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (!work || !signal) return work
  const settled = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    settled.abort()
  }
}
