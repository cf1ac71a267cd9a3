import { expect, it } from 'vitest'
import { createRig } from './world.ts'

it('counts what is under way', async () => {
  const { piapi } = createRig()
  expect(await piapi.activeTasks()).toEqual({ staged: 0, pending: 0, processing: 0 })
  await piapi.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
  const { staged, pending, processing } = await piapi.activeTasks()
  expect(staged + pending + processing).toBe(1)
})

it('says that nothing was spent when it cannot count', async () => {
  const { piapi } = createRig({ apiKey: 'nobody-has-this-key' })
  const error = await piapi.activeTasks().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'ERR_AUTH', outcome: 'none', provider: 'piapi' })
})
