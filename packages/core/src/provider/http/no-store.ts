let answer: boolean | undefined

/** Whether the runtime's requests take `cache`: workerd throws for it before its compatibility date of 2024-11-11. */
function takesCache(): boolean {
  try {
    return new Request('https://example.com/', { cache: 'no-store' }).cache !== undefined
  } catch {
    return false
  }
}

/**
 * What keeps a reply from coming out of a cache: of a browser's, or of a framework that replaces the global `fetch` and
 * answers GETs from its data cache for ever (Next.js 13 and 14 do). Nothing where the runtime refuses the option.
 */
export function noStore(): Pick<RequestInit, 'cache'> {
  // Asked at the first request, not at import: some runtimes allow no requests before one has come in.
  answer ??= takesCache()
  return answer ? { cache: 'no-store' } : {}
}
