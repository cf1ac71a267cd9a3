import type { RecordEntry, Submission } from '@reelay/core'
import { equal, failure, fulfilled, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, errorOf } from '../probe/attempt.ts'
import { withEnv } from '../probe/env.ts'
import { spyOn } from '../probe/spy.ts'
import type { Manifest, World } from '../world.ts'

const without = ({ env = {} }: Manifest): Record<string, undefined> =>
  Object.fromEntries(Object.keys(env).map((name) => [name, undefined]))

async function refusesWithout(world: World, manifest: Manifest): Promise<void> {
  // Some adapters notice when they are made, others when they are first used; both come before any request.
  const submit = async (): Promise<unknown> =>
    world.createProvider({ credentials: 'missing' }).submit(world.request)
  const error = await withEnv(without(manifest), () => failure(submit(), 'a submit without credentials'))
  equal([error.code, error.outcome], ['ERR_CONFIG', 'none'], 'code and outcome')
  equal(world.wire.posts() + world.wire.reads(), 0, 'requests sent')
  for (const name of Object.keys(manifest.env ?? {})) {
    ok(error.message.includes(name), `the message names the variable ${name}`)
  }
}

/** Where credentials come from, and where they go. */
export const credentialCases: readonly ContractCase[] = [
  {
    name: 'missing credentials are an error of configuration before any request, naming the variables to set',
    rule: 'errors',
    run: refusesWithout,
  },
  {
    name: 'credentials are read from the environment when they are needed, not at import',
    rule: 'instance',
    needs: ({ env }) => env !== undefined || 'the manifest names no environment variables',
    instead: refusesWithout,
    async run(world, { env = {} }) {
      const submit = async (): Promise<unknown> =>
        world.createProvider({ credentials: 'environment' }).submit(world.request)
      await withEnv(env, () => fulfilled(submit(), 'a submit with credentials from the environment'))
      equal([world.wire.posts(), world.wire.tasks()], [1, 1], 'paid POSTs and tasks')
    },
  },
  {
    name: 'credentials that the provider does not know are rejected as ERR_AUTH',
    rule: 'money 2',
    async run(world) {
      const refused = await attempt(world, world.createProvider({ credentials: 'wrong' }))
      const error = errorOf(refused)
      equal([error.code, error.outcome], ['ERR_AUTH', 'rejected'], 'code and outcome')
      equal([refused.tasks, refused.charges], [0, 0], 'tasks and charges')
    },
  },
  {
    name: 'credentials go only where they are configured to go, whatever a redirect says',
    rule: 'money 9',
    async run(world) {
      const plain = spyOn(world)
      let sent: Submission | undefined
      const record = async ({ submission }: RecordEntry): Promise<void> => {
        sent = submission
      }
      const straight = world.createProvider({ fetch: plain.fetch })
      const { handle } = await straight.submit(world.request, { record })
      await straight.get(handle)
      // A search may have a host of its own.
      if (sent) await straight.find?.(sent)
      const origins = new Set(plain.sent.map(({ url }) => url.origin))

      const lured = spyOn(world, (request) => {
        const elsewhere = new URL('https://elsewhere.example/collect')
        if (new URL(request.url).origin === elsewhere.origin) return Response.json({})
        return new Response(null, { status: 307, headers: { location: elsewhere.href } })
      })
      const provider = world.createProvider({ fetch: lured.fetch })
      await provider.submit(world.request).catch(() => undefined)
      await provider.get(handle).catch(() => undefined)
      for (const { url } of lured.sent) ok(origins.has(url.origin), `a request went to ${url.origin}`)
    },
  },
  {
    name: 'extra headers reach the provider, but cannot take the place of credentials',
    rule: 'money 9',
    async run(world) {
      const spy = spyOn(world)
      const provider = world.createProvider({ fetch: spy.fetch })
      const { handle } = await provider.submit(world.request)
      const sent = spy.sent[0]?.headers ?? new Headers()
      const names = [...sent.keys()].filter((name) =>
        world.secrets.some((secret) => sent.get(name)?.includes(secret)),
      )
      const impostors = Object.fromEntries([...names, 'authorization'].map((name) => [name, 'impostor']))
      const get = provider.get(handle, { headers: { 'x-trace': '42', ...impostors } })
      const task = await fulfilled(get, 'get() with extra headers')
      equal(task.id, handle.id, 'the task that is read with extra headers')
      const last = spy.sent.at(-1)?.headers
      equal(last?.get('x-trace'), '42', 'the extra header')
      for (const name of names) ok(last?.get(name) !== 'impostor', `the header ${name} was replaced`)
      if (sent.has('authorization')) {
        ok(last?.get('authorization') !== 'impostor', 'the authorization header was replaced')
      }
    },
  },
]
