/** Whether a URL leads to this very machine. Names other than `localhost` are never looked up. */
export function isLoopback(url: URL): boolean {
  const { hostname } = url
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** Parses an http or https URL; undefined for anything else. */
export function webURL(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined
}

/**
 * Where a provider that demands HTTPS will deliver. Plain http to this machine passes too: no provider could reach it,
 * so that is the emulator's own liberty, for tests.
 */
export function isSecure(text: string): boolean {
  const url = webURL(text)
  return url !== undefined && (url.protocol === 'https:' || isLoopback(url))
}
