import { type Catalog, type NativeTask, type Output, type ProviderSpec, present } from '@reelay/core/adapter'
import { readCreated, readTask, readTasks } from '../read.ts'
import { pathOf, routes } from '../routes.ts'
import { specOf } from '../spec-of.ts'
import { elementProduct } from './element.ts'
import { formerProduct, readFormer } from './former.ts'
import { type Product, soldAs } from './product.ts'
import { voiceProduct } from './voice.ts'

/** An output with the whole of what was made. */
export interface MadeOutput<Item> extends Output {
  readonly made: Item
}

function sold<Request, Item>(product: Product<Request, Item>): ReturnType<typeof soldAs> {
  const { route, body } = product
  return soldAs(product, (draft) => ({
    method: 'POST',
    path: pathOf(route),
    json: present({ ...body(draft), external_task_id: draft.externalId }),
  }))
}

/** A task with the whole of what it made in the place of what shows it. */
function whole(task: NativeTask): NativeTask {
  const made = new Map(
    [...elementProduct.found(task.raw), ...voiceProduct.found(task.raw)].map((one) => [one.id, one]),
  )
  const outputs = task.outputs?.flatMap((output) => {
    const one = made.get(output.id ?? '')
    return one ? [{ ...output, made: one }] : []
  })
  return { ...task, outputs }
}

// What concerns renders alone stays behind: what a relay tells of them, how some are read by name, who sells the others.
const {
  named: _named,
  relay: _relay,
  whole: _whole,
  list,
  catalog: { offers, freeFailures },
  ...kling
} = specOf([sold(elementProduct), sold(voiceProduct), sold(formerProduct)])

/** What Kling makes beside renders, under the same rules of money as they. */
export const spec: ProviderSpec = {
  ...kling,
  catalog: {
    defaultModel: 'kling-element',
    defaultModels: Object.fromEntries(offers.map(({ kind, model }) => [kind, model])),
    offers,
    ...(freeFailures && { freeFailures }),
  } as Catalog,
  routes: Object.fromEntries(
    Object.entries(routes).filter(([name]) => offers.some(({ route }) => route === name)),
  ),
  providerOptions: { free: [], reserved: {} },
  created: (reply) => readCreated(reply) ?? readFormer(reply),
  taskAt: [{ id: ['data', 'task_id'] }, { id: ['data', 'element_id'] }],
  task(reply) {
    const task = readTask(reply)
    return task && whole(task)
  },
  ...(list && { list: { ...list, tasks: (reply) => readTasks(reply)?.map(whole) } }),
}
