import { describe, expect, it } from 'vitest'
import { createAccounts, createUpcoming, spentBy } from '../src/engine/account.ts'
import { createEdits } from '../src/engine/edits.ts'
import { dotted, issuesOf, type Schema, withDefaults } from '../src/engine/fields.ts'
import { createReader } from '../src/engine/news.ts'
import { createTaskStore, snapshot } from '../src/engine/store.ts'
import { momentAt, nextMoment, placeFreeAt, type Task } from '../src/engine/task.ts'
import type { Message } from '../src/webhooks/message.ts'

describe('a task as a function of the clock', () => {
  const course = { createdAt: 100, queuedMs: 10, processingMs: 20 }

  it('is queued, runs and ends, however far the clock jumps', () => {
    const stages = [100, 109, 110, 129, 130, 9999].map((now) => momentAt(course, now).stage)
    expect(stages).toEqual(['queued', 'queued', 'running', 'running', 'succeeded', 'succeeded'])
    expect(momentAt(course, 9999)).toEqual({ stage: 'succeeded', since: 130, startedAt: 110, endedAt: 130 })
    expect(momentAt({ ...course, failure: 'why' }, 130).stage).toBe('failed')
    expect([0, 100, 110, 130].map((now) => nextMoment(course, now))).toEqual([100, 110, 130, undefined])
  })

  it('waits as long as its account lets it, and counts from its release', () => {
    const staged = { ...course, releasedAt: undefined }
    expect(momentAt(staged, 9999)).toEqual({ stage: 'staged', since: 100 })
    expect(nextMoment(staged, 100)).toBeUndefined()
    expect(momentAt({ ...course, releasedAt: 500 }, 499).stage).toBe('staged')
    expect(momentAt({ ...course, releasedAt: 500 }, 510)).toMatchObject({ stage: 'running', since: 510 })
  })

  it('finds a place when so many others have ended', () => {
    expect(placeFreeAt([30, 10, 20], 1)).toBe(30)
    expect(placeFreeAt([30, 10, 20], 3)).toBe(10)
    expect(placeFreeAt([30], 2)).toBe(Number.NEGATIVE_INFINITY)
    expect(placeFreeAt([], 0)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the store and the accounts', () => {
  const task = (id: string, account: string, over: Partial<Task> = {}): Task => ({
    id,
    account,
    createdAt: 100,
    ...over,
  })

  it("finds a task by its id or the client's own, in its account and once it is visible", () => {
    const tasks = createTaskStore<Task>()
    tasks.add(task('1', 'a', { externalId: 'x' }))
    tasks.add(task('2', 'b', { externalId: 'x' }))
    expect(tasks.find('a', '1', 100)?.id).toBe('1')
    expect(tasks.find('a', '1', 99)).toBeUndefined()
    expect(tasks.find('b', '1', 100)).toBeUndefined()
    expect(tasks.byExternalId('b', 'x').map(({ id }) => id)).toEqual(['2'])
    expect(tasks.named('x')).toHaveLength(2)
    expect(tasks.named(undefined)).toHaveLength(2)
    expect(spentBy(tasks, { name: 'a', granted: 0 }, () => 7)).toBe(7)
    tasks.clear()
    expect([tasks.all(), tasks.byId('1'), tasks.byExternalId('a', 'x')]).toEqual([[], undefined, []])
  })

  it('shows a task in flight as such, whatever it will be', () => {
    const facts = { op: 'o', model: 'm', mode: 'std', seconds: 5, message: '', units: 1, microUsd: 2 }
    const known = { ...facts, state: 'queued', refunded: false, updatedAt: 100, request: {} }
    expect(snapshot(task('1', 'a'), 99, known).state).toBe('in-flight')
    expect(snapshot(task('1', 'a'), 100, known).state).toBe('queued')
  })

  it('opens accounts as they were, and knows no others', () => {
    const accounts = createAccounts('Wire', [{}, { name: 'poor' }], () => ({ granted: 5 }))
    accounts.named('poor').granted = 0
    expect(accounts.all()).toEqual([
      { name: 'account-1', granted: 5 },
      { name: 'poor', granted: 0 },
    ])
    accounts.reopen()
    expect(accounts.named('poor').granted).toBe(5)
    expect(() => accounts.named('rich')).toThrow("the emulated Wire has no account 'rich'")
  })

  it('hands out orders for the next tasks, each as often as it says', () => {
    const upcoming = createUpcoming<string>()
    upcoming.failNext(2, 'a')
    upcoming.failNext(1, 'b')
    upcoming.slowNext(1, 30)
    const failures = [1, 2, 3, 4].map(() => upcoming.takeFailure()?.failure)
    expect(failures).toEqual(['a', 'a', 'b', undefined])
    expect([upcoming.takeDelayMs(), upcoming.takeDelayMs()]).toEqual([30, 0])
  })
})

describe('the fields of a request', () => {
  const schema: Schema = {
    prompt: { type: 'string', required: true, minLength: 1, maxLength: 3 },
    scale: { type: 'numeric', minimum: 0, maximum: 1 },
    ratio: { type: 'string', enum: ['1:1'], default: '1:1' },
    shots: {
      type: 'array',
      maxItems: 2,
      items: { type: 'object', properties: { duration: { type: 'integer', required: true, minimum: 1 } } },
    },
    url: { type: 'string', format: 'uri' },
  }
  const broken = (body: Record<string, unknown>, nullIsAbsent = true): string[] =>
    issuesOf(schema, body, { nullIsAbsent }).map(({ path, rule }) => `${dotted(path)} ${rule}`)

  it.each<[Record<string, unknown>, string[]]>([
    [{ prompt: 'x', scale: '0.5', ratio: '1:1', shots: [{ duration: 1 }], url: 'https://x.test/' }, []],
    [{}, ['prompt required']],
    [{ prompt: null, scale: null }, ['prompt required']],
    [{ prompt: '' }, ['prompt minLength']],
    [{ prompt: 'long' }, ['prompt maxLength']],
    [{ prompt: 'x', scale: '2' }, ['scale maximum']],
    [{ prompt: 'x', scale: -1 }, ['scale minimum']],
    [{ prompt: 'x', scale: 'half' }, ['scale type']],
    [{ prompt: 'x', ratio: '4:3' }, ['ratio enum']],
    [{ prompt: 'x', url: 'a.png' }, ['url format']],
    [
      { prompt: 'x', shots: ['a', {}, { duration: 0 }] },
      ['shots maxItems', 'shots[0] type', 'shots[1].duration required', 'shots[2].duration minimum'],
    ],
  ])('of %j break %j', (body, expected) => {
    expect(broken(body)).toEqual(expected)
  })

  it('take null for a value where the provider does', () => {
    expect(broken({ prompt: 'x', scale: null }, false)).toEqual(['scale type'])
  })

  it('have defaults in the place of what was left out', () => {
    expect(withDefaults(schema, { prompt: 'x', ratio: null })).toEqual({ prompt: 'x', ratio: '1:1' })
  })
})

describe('the news of a task', () => {
  it('are told in their order, each once, after any jump', () => {
    const task = { id: '1', account: 'a', createdAt: 100 }
    const course = { createdAt: 100, queuedMs: 10, processingMs: 20 }
    const read = createReader(task, {
      statusAt: (at) => momentAt(course, at).stage,
      nextChange: (at) => nextMoment(course, at),
      messages: (stage, at) => [{ event: stage, taskId: String(at) } as Message],
    })
    const events = (now: number): string[] => read(now).map(({ event, taskId }) => `${event} ${taskId}`)
    expect(events(99)).toEqual([])
    expect(events(115)).toEqual(['queued 100', 'running 110'])
    expect(events(115)).toEqual([])
    expect(events(9999)).toEqual(['succeeded 130'])
  })
})

describe('the edits of an answer', () => {
  const edits = createEdits({
    tasksIn: (answer) => [(answer as { task?: Record<string, unknown> }).task ?? []].flat(),
    setStatus: (task, word) => {
      task.status = word
    },
    dropURLs: () => false,
  })

  it('reach the answer and each task in it, and say so where there is nothing to edit', () => {
    expect(edits.setStatus({ task: { status: 'a' } }, 'b')).toEqual({ task: { status: 'b' } })
    expect(edits.setStatus({}, 'b')).toBeUndefined()
    expect(edits.dropField({ task: { a: { b: 1 } } }, 'a.b')).toEqual({ task: { a: {} } })
    expect(edits.dropField({ a: 1 }, 'a')).toEqual({})
    expect(edits.dropField({ a: 1 }, 'b')).toBeUndefined()
    expect(edits.dropURLs({})).toBeUndefined()
  })
})
