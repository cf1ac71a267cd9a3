import { namesOf } from '@reelay/core/adapter'
import { equal, failure, ok, skip } from '../../assert.ts'
import type { JournalCase, JournalManifest, JournalWorld } from '../journal-case.ts'
import { listed, orderOf, put, sameKeys, start } from '../orders.ts'

const needs = ({ damage }: JournalManifest): true | string =>
  damage || 'what it holds cannot be damaged from outside'

/** Each as a later version, or a disk, may leave it. */
const texts = [
  '{"v":2,"key":"order-77"}',
  '{"v":1,"key":"order-77"}',
  '{"v":1,"key":"another"}',
  '{"v":1,"ke',
  'null',
  '',
]

async function damaged(world: JournalWorld, key: string, text: string): Promise<void> {
  if (!world.damage) skip('this world cannot damage an order')
  await world.damage(key, text)
}

export const unreadableCases: readonly JournalCase[] = [
  {
    name: 'an order that cannot be read is told as such, never as absent',
    needs,
    async run(world) {
      const order = orderOf('order-77')
      for (const text of texts) {
        await put(world.open(), orderOf('order-78', { began: start + 1 }))
        if (!(await world.open().order('order-77'))) await put(world.open(), order)
        await damaged(world, 'order-77', text)
        const found = await world.open().order('order-77')
        equal(found?.v, 'unreadable', `the order, once the journal has ${text} for it`)
        equal(found?.key, 'order-77', 'its key')
        for (const list of [world.open().open(), world.open().orders()]) {
          const all = await listed(list)
          equal([...all.map(({ key }) => key)].sort(), ['order-77', 'order-78'], 'the orders')
        }
      }
    },
  },
  {
    name: 'an order that cannot be read is not changed, and nobody decides about it',
    needs,
    async run(world) {
      await put(world.open(), orderOf('order-77'))
      for (const text of texts) {
        await damaged(world, 'order-77', text)
        let asked = false
        const changed = world.open().change('order-77', start, () => {
          asked = true
          return { order: orderOf('order-77', { task: 'task-1' }), result: undefined }
        })
        const error = await failure(changed, `changing what reads ${text}`)
        equal([error.code, error.outcome], ['ERR_SUBMISSION_UNKNOWN', 'unknown'], 'the error')
        ok(!asked, 'the change should not have been asked')
        equal((await world.open().order('order-77'))?.v, 'unreadable', 'the order afterwards')
      }
    },
  },
  {
    name: 'an order that cannot be read is not forgotten, however old',
    needs,
    async run(world) {
      await put(world.open(), orderOf('order-77', { task: 'task-1', ended: true }))
      await put(world.open(), orderOf('order-78', { task: 'task-2', ended: true }))
      await damaged(world, 'order-77', texts[0] ?? '')
      equal(await world.open().prune(1_000, start + 1_000_000), 1, 'how many were forgotten')
      sameKeys(await listed(world.open().orders()), ['order-77'], 'what is left')
      equal(
        (await world.open().named(namesOf(orderOf('order-78'))[0] ?? '')).length,
        0,
        'what goes by the name of the other',
      )
    },
  },
]
