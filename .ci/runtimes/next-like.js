// As Next.js does: the global fetch answers GETs out of a data cache unless it is told not to.
const original = globalThis.fetch
const cache = new Map()
globalThis.fetch = async (input, init = {}) => {
  const key = String(input?.url ?? input)
  if ((init.method ?? 'GET') !== 'GET' || init.cache === 'no-store') return original(input, init)
  const kept = cache.get(key) ?? (await original(input, init))
  cache.set(key, kept.clone())
  return kept
}
