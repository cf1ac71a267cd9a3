import {
  generate,
  type RecordEntry,
  type RenderEvent,
  type TaskHandle,
  type VideoProvider,
  type VideoTask,
} from '@reelay/core'
import { equal, failure, fulfilled, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt } from '../probe/attempt.ts'
import { bought } from '../probe/buy.ts'
import { hides } from '../probe/leaks.ts'
import { plant } from '../probe/plant.ts'
import { spellingsOf } from '../probe/spellings.ts'
import { spyOn } from '../probe/spy.ts'
import type { World } from '../world.ts'
import { passing, refusals, unclear } from './trouble.ts'

const always = { times: Number.POSITIVE_INFINITY }

/** What must not be seen: the world's secrets, and whatever token the provider made of them. */
function secretsOf(world: World, headers: readonly Headers[]): readonly string[] {
  const tokens = headers.map((sent) => sent.get('authorization')?.replace(/^\w+ /, '') ?? '')
  return [...new Set([...world.secrets, ...tokens.filter((token) => token !== '')])]
}

// Shorter ones are words, and hiding them would tear replies apart.
const isSecret = (text: string): boolean => text.length >= 6

interface Watched {
  readonly provider: VideoProvider
  readonly handle: TaskHandle
  secrets(): readonly string[]
}

async function watched(world: World): Promise<Watched> {
  const spy = spyOn(world)
  const provider = world.createProvider({ fetch: spy.fetch })
  const { handle } = await provider.submit(world.request)
  const secrets = (): readonly string[] =>
    secretsOf(
      world,
      spy.sent.map(({ headers }) => headers),
    )
  ok(secrets().length > 0, 'the world names its secrets')
  return { provider, handle, secrets }
}

const token = 'gate/s3cr3t+token=0123456789'
const gateway = { 'x-gateway-authorization': `Bearer ${token}` }

/** A fetch that spells the secrets of an answer in another way. */
function spelling(world: World, secrets: readonly string[], way: number): typeof globalThis.fetch {
  return world.clock.track(async (input, init) => {
    const response = await world.wire.fetch(new Request(input, init))
    let text = await response.text()
    for (const secret of secrets) {
      const spelled = spellingsOf(secret)[way] ?? secret
      text = text.replaceAll(JSON.stringify(secret).slice(1, -1), JSON.stringify(spelled).slice(1, -1))
    }
    return new Response(text, { status: response.status, headers: response.headers })
  })
}

/** What a product uses of a task. */
const used = (task: VideoTask): unknown => [
  task.id,
  task.status,
  task.nativeStatus,
  task.status === 'succeeded' ? task.outputs.map(({ url, watermarkUrl }) => [url, watermarkUrl]) : [],
]

/** Secrets appear nowhere, and take nothing with them. */
export const secretCases: readonly ContractCase[] = [
  {
    name: 'no secret shows in a provider, a task, a handle or a raw reply',
    rule: 'money 9',
    async run(world) {
      const { provider, handle, secrets } = await watched(world)
      const task = await provider.get(handle)
      for (const value of [provider, task, handle, task.raw])
        hides(value, secrets(), 'a provider or its task')
    },
  },
  {
    name: 'no secret shows in what is recorded and what is reported',
    rule: 'money 9',
    async run(world) {
      const { provider, secrets } = await watched(world)
      const seen: (RecordEntry | RenderEvent)[] = []
      plant(world, 'lost-answer')
      plant(world, 'html', { on: 'read' })
      const watching = { record: async (entry: RecordEntry) => void seen.push(entry) }
      const onEvent = (event: RenderEvent): void => void seen.push(event)
      await generate(provider, world.request, { ...watching, onEvent }).catch(() => undefined)
      ok(seen.length > 0, 'something was recorded')
      for (const one of seen) hides(one, secrets(), `the ${one.type} that was recorded or reported`)
    },
  },
  {
    name: 'no secret shows in any error of a create, even when the answer repeats the credentials',
    rule: 'money 9',
    async run(world) {
      const { provider, secrets } = await watched(world)
      for (const { fault, options } of [{ fault: 'echo', options: {} } as const, ...unclear, ...refusals]) {
        if (!world.wire.fault(fault, { ...options, times: 1 })) continue
        const { error, entries } = await attempt(world, provider)
        hides(error, secrets(), `the error after ${fault}`)
        hides(entries, secrets(), `what was recorded after ${fault}`)
      }
    },
  },
  {
    name: 'no secret shows in any error of a read, even when the answer repeats the credentials',
    rule: 'money 9',
    async run(world) {
      const { provider, handle, secrets } = await watched(world)
      for (const { fault, options } of [{ fault: 'echo', options: {} } as const, ...passing]) {
        plant(world, fault, { ...options, on: 'read', times: 3 })
        const answer = await provider.get(handle).catch((error: unknown) => error)
        hides(answer, secrets(), `what get() ends with after ${fault}`)
      }
    },
  },
  {
    name: 'wrong credentials do not show in the error that refuses them',
    rule: 'money 9',
    async run(world) {
      const spy = spyOn(world)
      const provider = world.createProvider({ credentials: 'wrong', fetch: spy.fetch })
      const error = await failure(provider.submit(world.request), 'a submit with wrong credentials')
      hides(
        error,
        secretsOf(
          world,
          spy.sent.map(({ headers }) => headers),
        ),
        'the error',
      )
    },
  },
  {
    name: 'no secret shows in an error, however the answer spells it',
    rule: 'money 9',
    async run(world) {
      const { handle, secrets } = await watched(world)
      const all = [...secrets(), token]
      for (let way = 0; way < spellingsOf(token).length; way++) {
        const provider = world.createProvider({ fetch: spelling(world, all, way) })
        plant(world, 'echo', { on: 'read', times: 3 })
        const answer = await provider.get(handle, { headers: gateway }).catch((error: unknown) => error)
        hides(answer, all, 'what get() ends with')
      }
    },
  },
  {
    name: 'a credential in a header of the call is a secret too, with and without its scheme',
    rule: 'money 9',
    async run(world) {
      const { provider, handle } = await watched(world)
      plant(world, 'echo', { on: 'read', times: 3 })
      const answer = await provider.get(handle, { headers: gateway }).catch((error: unknown) => error)
      hides(answer, [token], 'what get() ends with')
      plant(world, 'echo')
      const { error, entries } = await attempt(world, provider, { headers: gateway })
      hides(error, [token], 'the error of a create')
      hides(entries, [token], 'what was recorded')
    },
  },
  {
    name: 'ids, status words and addresses of results stay whole, also when a secret stands in them',
    rule: 'money 12',
    async run(world) {
      const provider = world.createProvider()
      const task = await generate(provider, world.request)
      const [{ url = '' }] = task.outputs
      const given = [
        ['x-gateway-token', task.id],
        ['x-gateway-token', task.nativeStatus],
        ['x-gateway-token', url],
        ['x-environment', new URL(url).hostname],
      ] as const
      for (const [name, value] of given) {
        const reading = provider.get(task.handle, { headers: { [name]: value } })
        const again = await fulfilled(reading, `get() with ${name}`)
        equal(used(again), used(task), `what is used of a task, a part of it in ${name}`)
        equal(again.handle, task.handle, 'the handle')
        if (name === 'x-gateway-token') hides(again.raw, [value].filter(isSecret), 'the raw reply')
      }
    },
  },
  {
    name: 'no error carries what the fetch threw',
    rule: 'money 9',
    async run(world) {
      const { provider, handle } = await bought(world)
      plant(world, 'lost-request', { ...always })
      plant(world, 'lost-request', { on: 'read', ...always })
      const lost = await attempt(world, provider)
      const unread = await failure(provider.get(handle), 'get() without a connection')
      for (const error of [lost.error, unread]) {
        ok(
          error instanceof Error && error.cause === undefined,
          'a foreign error may hold headers; none is attached',
        )
      }
    },
  },
]
