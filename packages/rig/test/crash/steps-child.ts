// A program that has a clip say something else, at Kling in three calls, and may be killed at any instant. It knows nothing of
// its earlier lives but the journal.
import { once } from 'node:events'
import process from 'node:process'
import { type ClipRef, journaled, type RecordEntry, ReelayError } from '@reelay/core'
import { createKling } from '@reelay/kling'
import { type Books, openBooks } from './books.ts'
import { openEnds } from './child.ts'

/** What the parent wants said, and where everything lies. */
export interface Saying {
  readonly baseURL: string | Readonly<Record<string, string>>
  readonly key: string
  readonly video: ClipRef
  readonly journal: Books
}

async function main({ baseURL, key, video, journal: books }: Saying): Promise<number> {
  async function record({ type, submission: { step = 'create' } }: RecordEntry): Promise<void> {
    const answer = once(process, 'message')
    process.send?.(`${type} ${step}`)
    await answer
  }
  const journal = openBooks(books)
  const provider = journaled(createKling({ baseURL, official: true }), journal, { inFlightMs: 1 })
  const request = { kind: 'lip-sync', video, text: 'The boats go out at six.', voice: 'uk_man2' } as const
  try {
    await provider.submit(request, { idempotencyKey: key, record })
    return 0
  } catch (error) {
    if (!ReelayError.isInstance(error) || error.code !== 'ERR_SUBMISSION_UNKNOWN') throw error
    process.send?.(`unknown ${error.submission?.step ?? 'create'}`)
    return openEnds
  } finally {
    await journal.close?.()
  }
}

if (import.meta.main) {
  process.exitCode = await main(JSON.parse(process.argv[2] ?? ''))
  process.disconnect()
}
