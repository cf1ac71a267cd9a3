import { createRandom } from '../../../rig/test/crash/moments.ts'
import { samplesFor } from '../../../testing/src/probe/samples.ts'
import { believableCost, leastRequest } from '../../src/adapter.ts'
import { type RecordEntry, ReelayError, type RenderRequest, type TaskHandle } from '../../src/index.ts'
import { drawFrom, mutate } from './mutate.ts'
import { recordings } from './recorded.ts'
import { order, type Said, type SellerName, seller, sellerNames } from './sellers.ts'

/** What many mutated replies came to. */
export interface Tally {
  replies: number
  readonly verdicts: Map<string, number>
  readonly broken: string[]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const isId = (value: unknown): boolean =>
  (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'

/** Whether a reply has an id where a success of the provider has it: by the dossiers, and by no code of the adapters. */
function namesTask(name: SellerName, { body }: Said): boolean {
  let value = body
  try {
    if (typeof body === 'string') value = JSON.parse(body.replace(/^\ufeff/, ''))
    else value = JSON.parse(JSON.stringify(body))
  } catch {
    return false
  }
  if (!isRecord(value)) return false
  if (name === 'kling' || name === 'piapi') return isRecord(value.data) && isId(value.data.task_id)
  const id = name === 'fal' ? value.request_id : value.id
  return isId(id) && typeof value.status === 'string' && value.status !== ''
}

const known = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired', 'unknown']
const secret = /key-secret-67890/

/** A request for each way in which a provider sells a kind. */
const orders = Object.fromEntries(
  sellerNames.map((name) => {
    const { offers } = seller(name, () => ({ body: {} })).catalog
    const sold = offers.filter(({ state }) => state !== 'discontinued')
    const ways = Map.groupBy(sold, ({ kind, route }) => `${kind} ${route}`)
    const firsts = [...ways.values()].flatMap((rows) => rows.slice(0, 1))
    return [name, [order, ...firsts.map((offer) => leastRequest(offer, samplesFor(offer)))]]
  }),
) as unknown as Readonly<Record<SellerName, readonly RenderRequest[]>>

/** One submit whose create is answered with a mutated reply, and one read of what came of it. */
async function tryOne(seed: number, tally: Tally): Promise<void> {
  const draw = drawFrom(createRandom(seed))
  const { one, chance } = draw
  const name = one(sellerNames)
  const { created, refused, reads, steps = {} } = recordings[name]
  // The order that every provider takes half of the time, else any that this one does.
  const wanted = chance(0.5) ? order : one(orders[name])
  const [a, b] = chance(0.5) ? [one(created), one(refused)] : [one(refused), one(created)]
  const create = mutate(a, b, draw)
  const read = (): Said => mutate(one(reads), one(chance(0.5) ? created : refused), draw)
  let posts = 0
  const stepsTaken: string[] = []
  const provider = seller(name, (method, { pathname }) => {
    if (method !== 'POST') return read()
    const step = pathname.split('/').at(-1) ?? ''
    const answers = steps[step]
    if (answers) {
      stepsTaken.push(step)
      // Mostly as they are, or no create would ever follow.
      return chance(0.3) ? mutate(one(answers), one(refused), draw) : (answers[0] ?? read())
    }
    posts += 1
    return create
  })
  const entries: RecordEntry[] = []
  const complain = (what: string): void => {
    const shown = JSON.stringify(create).slice(0, 300)
    tally.broken.push(`seed ${seed}, ${name}: ${what}; answered ${shown}`)
  }
  const record = async (entry: RecordEntry): Promise<void> => void entries.push(entry)
  const end = await provider
    .submit(wanted, { record, idempotencyKey: 'order-7' })
    .catch((thrown: unknown) => ({ thrown }))
  tally.replies += 1

  const last = entries.at(-1)
  const isStep = last?.submission.step !== undefined
  const verdict = last?.type === 'verdict' ? last.outcome : 'none'
  tally.verdicts.set(`${name} ${verdict}`, (tally.verdicts.get(`${name} ${verdict}`) ?? 0) + 1)
  const ofCreate = entries.filter(({ type, submission }) => type === 'verdict' && !submission.step).length
  const count = ofCreate + (isStep ? 1 : 0)
  if (new Set(stepsTaken).size !== stepsTaken.length) complain(`steps ${stepsTaken}`)
  if (isStep && posts > 0) complain('a create after a step without a verdict')
  if (count !== 1 || last?.type !== 'verdict') complain(`${count} verdicts`)
  if (posts > (name === 'kling' ? 2 : 1)) complain(`${posts} POSTs`)
  if (!isStep && verdict === 'rejected' && namesTask(name, create))
    complain('rejected, though it names a task')
  if ('thrown' in end) {
    const { thrown } = end
    if (!ReelayError.isInstance(thrown)) return complain(`threw ${thrown}`)
    // What a step brought may stand against the create.
    const expected = isStep && verdict === 'accepted' ? 'rejected' : verdict
    if (thrown.outcome !== expected) complain(`${thrown.outcome} and ${verdict}`)
    if (verdict === 'unknown' && !thrown.submission) complain('unknown without its submission')
    if (secret.test(JSON.stringify(thrown)) || secret.test(String(thrown.stack))) complain('shows the key')
    return
  }
  if (verdict !== 'accepted') complain(`a task and ${verdict}`)
  await readOne(end.handle)

  async function readOne(handle: TaskHandle): Promise<void> {
    const task = await provider.get(handle).catch((thrown: unknown) => ({ thrown }))
    if ('thrown' in task) {
      const { thrown } = task
      if (!ReelayError.isInstance(thrown)) return complain(`get threw ${thrown}`)
      if (thrown.outcome !== 'accepted' || thrown.handle?.id !== handle.id) complain('get lost the handle')
      return
    }
    if (!known.includes(task.status)) complain(`status ${task.status}`)
    if (task.status === 'succeeded' && !task.outputs[0]) complain('a success without a clip')
    if (believableCost(task.cost) !== task.cost) complain(`costs ${JSON.stringify(task.cost)}`)
  }
}

/** So many mutated replies of creates, each through the adapter it is for. */
export async function campaign(replies: number, first = 1): Promise<Tally> {
  const tally: Tally = { replies: 0, verdicts: new Map(), broken: [] }
  for (let seed = first; seed < first + replies; seed++) await tryOne(seed, tally)
  return tally
}
