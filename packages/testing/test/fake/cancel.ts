import { ReelayError, type TaskHandle, type VideoProvider } from '@reelay/core'
import { validKey } from './server.ts'

/** A provider that can stop tasks as well. */
export function withCancel(provider: VideoProvider, fetch: typeof globalThis.fetch): VideoProvider {
  async function cancel(handle: TaskHandle): Promise<'canceled' | 'too-late'> {
    const details = { provider: provider.id, account: provider.account, handle }
    if (!provider.owns(handle)) {
      throw new ReelayError('ERR_INVALID_REQUEST', 'The handle is not ours.', { ...details, outcome: 'none' })
    }
    const response = await fetch(`https://api.fake.example/renders/${handle.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${validKey}` },
    })
    await response.arrayBuffer()
    if (response.status === 200) return 'canceled'
    if (response.status === 409) return 'too-late'
    const message = `The provider answered HTTP ${response.status} to a cancel.`
    throw new ReelayError('ERR_UNAVAILABLE', message, { ...details, outcome: 'accepted' })
  }
  return Object.freeze({ ...provider, cancel })
}
