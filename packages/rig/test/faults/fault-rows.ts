import type { FaultSpec, ProviderId } from '@reelay/emulator'
import type { Emulated } from '@reelay/rig/all'

type Plant = (world: Emulated, provider: ProviderId) => void

/** One way in which buying can go wrong. */
export interface FaultRow {
  /** As a heading: when … */
  readonly title: string
  /** What the provider, or the network before it, did; a sentence. */
  readonly did: string
  /** Lets it happen to the next create at one provider. */
  readonly plant?: Plant
  /** Instead: no connection of the runtime's own `fetch` comes about, with this error. */
  readonly cut?: { readonly code: string; readonly syscall: string }
}

type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'on' | 'provider'>
    : never
  : never

const planted =
  (act: Act): Plant =>
  ({ emulator }, provider) =>
    emulator.control.fault({ ...act, on: 'create', provider } as FaultSpec)

const status = (status: number): Plant => planted({ kind: 'status', status })

/** Every fault of the matrix, from the wire inwards. */
export const faultRows: readonly FaultRow[] = [
  {
    title: 'the connection is refused',
    did: 'Nobody listens at the address; not a byte was sent. (Of a fetch that something has wrapped this is not believed: unknown.)',
    cut: { code: 'ECONNREFUSED', syscall: 'connect' },
  },
  {
    title: 'the name cannot be resolved (DNS)',
    did: 'There is no address to connect to; not a byte was sent.',
    cut: { code: 'ENOTFOUND', syscall: 'getaddrinfo' },
  },
  {
    title: 'the certificate is refused (TLS)',
    did: 'The handshake fails; not a byte of the request was sent.',
    cut: { code: 'CERT_HAS_EXPIRED', syscall: 'connect' },
  },
  {
    title: 'the connection is reset before the answer',
    did: 'The connection breaks and, as it turns out, no task was created.',
    plant: planted({ kind: 'lost-before-create' }),
  },
  {
    title: 'the connection is reset in the middle of the answer',
    did: 'The task was created and charged; half of the answer arrived.',
    plant: planted({ kind: 'reset-mid-answer' }),
  },
  {
    title: 'no answer comes in time',
    did: 'The task was created and charged; the answer never came.',
    plant: planted({ kind: 'hang', created: true }),
  },
  {
    title: 'the answer is a redirect',
    did: 'A proxy points elsewhere; following it would send the paid request twice.',
    plant: planted({ kind: 'redirect' }),
  },
  {
    title: 'the answer is 400',
    did: 'The request is called wrong.',
    plant: status(400),
  },
  {
    title: 'the answer is 401',
    did: 'The credentials are not accepted.',
    plant: planted({ kind: 'refuse', as: 'unauthorized' }),
  },
  {
    title: 'the account is out of funds (402, 403, or Kling’s 1102)',
    did: 'The account cannot pay for the task.',
    plant: ({ emulator }, provider) => emulator.control.setBalance(0, { provider }),
  },
  {
    title: 'the answer is 404',
    did: 'Something on the way says that there is no such thing.',
    plant: status(404),
  },
  {
    title: 'the answer is 409',
    did: 'Something on the way speaks of a conflict.',
    plant: status(409),
  },
  {
    title: 'the answer is 422',
    did: 'The input is called wrong.',
    plant: status(422),
  },
  {
    title: 'the answer is 429 with Retry-After',
    did: 'Too many requests; it says when to come back.',
    plant: planted({ kind: 'rate-limit', retryAfter: 7 }),
  },
  {
    title: 'the answer is 429 without Retry-After',
    did: 'Too many requests.',
    plant: planted({ kind: 'rate-limit' }),
  },
  {
    title: 'the answer is 500, and nothing was created',
    did: 'An internal error before the task was made.',
    plant: planted({ kind: 'status', status: 500 }),
  },
  {
    title: 'the answer is 500, and the task was created',
    did: 'An internal error after the task was made and charged.',
    plant: planted({ kind: 'status', status: 500, created: true }),
  },
  {
    title: 'the answer is a 502 page of HTML',
    did: 'A gateway answers in the place of the provider.',
    plant: planted({ kind: 'html' }),
  },
  {
    title: 'the answer is 503',
    did: 'The service is not available.',
    plant: status(503),
  },
  {
    title: 'the answer is 504',
    did: 'A gateway gave up waiting; here the task was created and charged.',
    plant: planted({ kind: 'status', status: 504, created: true }),
  },
  {
    title: 'the answer is an empty 200',
    did: 'The task was created and charged; the answer does not name it.',
    plant: planted({ kind: 'empty' }),
  },
  {
    title: 'the answer is truncated JSON',
    did: 'The task was created and charged; the answer cannot be read.',
    plant: planted({ kind: 'truncated-json' }),
  },
  {
    title: 'the create is still in flight while we look for it',
    did: 'The connection broke at once; the task appears six seconds later.',
    plant: planted({ kind: 'in-flight', ms: 6_000 }),
  },
]
