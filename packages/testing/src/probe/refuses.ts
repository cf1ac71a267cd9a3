import type { Problem, VideoProvider } from '@reelay/core'
import { equal, failure, ok } from '../assert.ts'
import type { World } from '../world.ts'
import { untyped } from './requests.ts'

/** Refused before any request, with problems a person can act on. */
export async function refuses(
  world: World,
  provider: VideoProvider,
  request: unknown,
): Promise<readonly Problem[]> {
  const [posts, reads] = [world.wire.posts(), world.wire.reads()]
  const problems = provider.check(untyped(request))
  ok(problems.length > 0, 'check() finds something wrong')
  for (const { field, message, fix } of problems) {
    ok(field !== '' && message !== '' && fix !== '', 'each problem has a field, a message and a fix')
  }
  const error = await failure(provider.submit(untyped(request)), 'a submit of a wrong request')
  equal(error.outcome, 'none', 'the outcome')
  ok(
    error.code === 'ERR_INVALID_REQUEST' || error.code === 'ERR_UNSUPPORTED',
    `${error.code} is not the code`,
  )
  equal(error.problems, problems, 'the problems on the error, beside those of check()')
  equal([world.wire.posts(), world.wire.reads()], [posts, reads], 'requests sent')
  return problems
}
