import { fetching, type PlantedFaults, recording } from './break.ts'

const isMeasure = ({ url }: Request): boolean => url.endsWith('/measures')

/** Sends a step again whose answer is no success, as many clients do. */
const measuresAgain = fetching(async (send, request) => {
  if (!isMeasure(request)) return send(request)
  const again = request.clone()
  try {
    const answer = await send(request)
    return answer.ok ? answer : await send(again)
  } catch {
    return send(again)
  }
})

/** Faults that the cases about priced steps must notice. */
export const stepFaults: PlantedFaults = {
  'a step before the create is in the quote, and recorded with its price before it is sent': {
    on: 'stepped',
    plant: recording((record) => async (entry) => {
      if (entry.type === 'intent' && entry.submission.step !== undefined) return
      await record(entry)
    }),
  },
  'a step whose answer is lost has no verdict: it is not sent again, and nothing is created': {
    on: 'stepped',
    plant: measuresAgain,
  },
  'a step whose answer is a gateway’s has no verdict: it is not sent again, and nothing is created': {
    on: 'stepped',
    plant: measuresAgain,
  },
  'what a step brought is not paid for again when its create is refused': {
    on: 'stepped',
    // Taken for over as soon as it is there.
    plant: {
      spec: (spec) => ({
        ...spec,
        kinds: spec.kinds.map(({ steps = [], ...sold }) => ({
          ...sold,
          steps: steps.map((step) => ({ ...step, heldMs: 0 })),
        })),
      }),
    },
  },
}
