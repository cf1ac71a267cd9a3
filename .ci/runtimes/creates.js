// What a runtime's client makes of a create: the same program for each of them. A server of plain sockets does as the
// path of a request says, and counts.
import { systemClock } from '@reelay/core'
import { createFal } from '@reelay/fal'

const request = { kind: 'text-to-video', model: 'kling-v3', prompt: 'Un bateau d’été', duration: 5 }
const breaks = ['fin', 'reset', 'half']
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))

// Nobody looks for lost tasks here: what is counted is what the first request comes to.
const clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => systemClock.sleep(ms < 30_000 ? 0 : ms, signal),
}
const at = (baseURL) => createFal({ apiKey: 'key-id:key-secret', baseURL, clock })
const outcomeOf = (provider) =>
  provider.submit(request).then(
    () => 'accepted',
    ({ outcome }) => outcome,
  )

async function text(base, path) {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(request), redirect: 'manual' }
  await fetch(`${base}/${path}/text`, init).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  )
}

/** A connection kept open, free for the next request; by text, since it depends in Deno on what it carried before. */
async function warm(base, way) {
  for (let time = 0; time < 3; time++) {
    await text(base, `warm/${way}`)
    await pause()
  }
}

/** One create for each status. */
export async function statuses(base, from, to) {
  for (let status = from; status < to; status++) await outcomeOf(at(`${base}/status/${status}`))
}

/** One create for each way in which a connection that was kept open breaks off; and plain text, to compare. */
export async function broken(base) {
  await text(base, 'status/421')
  for (const way of breaks) {
    for (const send of [(path) => outcomeOf(at(`${base}/${path}`)), (path) => text(base, path)]) {
      await warm(base, way)
      await send(way)
      await pause()
    }
  }
  // Closed at the moment of the next request.
  for (let time = 0; time < 10; time++) {
    await outcomeOf(at(`${base}/close/${time}`))
    await outcomeOf(at(`${base}/after/${time}`))
  }
}

/** What an address where nobody listens comes to: with the runtime's own fetch, and with one around it. */
export async function refused(address) {
  const own = await outcomeOf(at(address))
  const real = globalThis.fetch
  globalThis.fetch = async (...given) => real(...given)
  const wrapped = await outcomeOf(at(address))
  globalThis.fetch = real
  return { own, wrapped }
}
