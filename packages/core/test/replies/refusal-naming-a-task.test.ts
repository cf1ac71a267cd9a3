import { ReelayError } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { order, type Said, type SellerName, seller } from './sellers.ts'

/** What a submit comes to when the create is answered so, and nothing else brings a task. */
async function outcome(name: SellerName, said: Said): Promise<string> {
  const nothing = { kling: { code: 1203, message: 'no', data: null }, fal: { items: [] } }
  const other = { status: 500, body: {} }
  const provider = seller(name, (method) => {
    if (method === 'POST') return said
    return name === 'kling' ? { status: 404, body: nothing.kling } : other
  })
  const error: unknown = await provider.submit(order).catch((thrown) => thrown)
  return ReelayError.isInstance(error) ? error.outcome : 'accepted'
}

const kling = (data: unknown, code = 1302, more = {}) => ({ code, message: 'busy', data, ...more })
const piapi = (data: unknown, code = 429) => ({ code, message: 'too many requests', data })
const detail = 'Request was throttled.'

describe('a refusal that names a task, where a success names it, has no verdict', () => {
  test.each<[SellerName, string, Said]>([
    ['kling', 'data.task_id', { status: 429, body: kling({ task_id: '8001', task_status: 'submitted' }) }],
    ['kling', 'data.task_id alone', { status: 429, body: kling({ task_id: '8001' }) }],
    ['kling', 'a number', { status: 400, body: kling({ task_id: 8001 }, 1201) }],
    [
      'kling',
      'a number too long to be exact',
      { status: 400, body: '{"code":1201,"data":{"task_id":831922345719271433}}' },
    ],
    ['kling', 'on HTTP 200', { body: kling({ task_id: '8001' }, 1102) }],
    ['kling', 'refused for its key', { status: 401, body: kling({ task_id: '8001' }, 1000) }],
    ['piapi', 'data.task_id', { status: 429, body: piapi({ task_id: 't-1', status: 'pending' }) }],
    ['piapi', 'data.task_id alone', { status: 400, body: piapi({ task_id: 't-1' }, 400) }],
    ['piapi', 'a number', { status: 402, body: piapi({ task_id: 7 }, 402) }],
    ['replicate', 'id with status', { status: 429, body: { detail, id: 'p-1', status: 'starting' } }],
    ['replicate', 'an unusable id', { status: 422, body: { detail, id: '../p-1', status: 'starting' } }],
    [
      'fal',
      'request_id with status',
      { status: 429, body: { detail, request_id: 'r-1', status: 'IN_QUEUE' } },
    ],
    ['fal', 'a number', { status: 401, body: { detail, request_id: 17, status: 'IN_QUEUE' } }],
  ])('%s: %s', async (name, _what, said) => {
    expect(await outcome(name, said)).toBe('unknown')
  })

  test('and its error says so', async () => {
    const said = { status: 429, body: piapi({ task_id: 't-1' }) }
    const error = await seller('piapi', () => said)
      .submit(order)
      .catch((thrown) => thrown)
    expect(error.message).toContain('named a task')
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', httpStatus: 429, submission: { v: 1 } })
  })
})

describe('an id anywhere else changes nothing', () => {
  const headers = { 'x-fal-request-id': 'r-1', 'x-request-id': 'r-1' }
  test.each<[SellerName, string, Said]>([
    ['kling', 'a request id', { status: 429, body: kling(null, 1302, { request_id: 'r-1' }), headers }],
    ['kling', 'beside the data', { status: 429, body: kling(null, 1302, { task_id: '8001' }) }],
    ['kling', 'an empty id', { status: 429, body: kling({ task_id: '' }) }],
    ['kling', 'a list', { status: 429, body: kling([{ task_id: '8001' }]) }],
    ['kling', 'an id of ours', { status: 429, body: kling({ task_info: { external_task_id: 'x' } }) }],
    ['piapi', 'beside the data', { status: 429, body: { ...piapi(null), task_id: 't-1' } }],
    ['piapi', 'null', { status: 429, body: piapi({ task_id: null }) }],
    [
      'replicate',
      'the status of an error',
      { status: 429, body: { detail, id: 'e-1', status: 429 }, headers },
    ],
    ['replicate', 'an id alone', { status: 422, body: { detail, id: 'e-1' } }],
    ['fal', 'a request id beside an error', { status: 429, body: { detail, request_id: 'r-1' }, headers }],
    ['fal', 'in the error', { status: 401, body: { error: { message: 'no', request_id: 'r-1' }, detail } }],
  ])('%s: %s', async (name, _what, said) => {
    expect(await outcome(name, said)).toBe('rejected')
  })

  test.each<[SellerName, string, Said]>([
    ['kling', '401', { status: 401, body: kling(null, 1000) }],
    ['kling', '429', { status: 429, body: kling(null, 1302) }],
    ['kling', '429 for funds', { status: 429, body: kling(null, 1102) }],
    ['piapi', '401', { status: 401, body: piapi(null, 401) }],
    ['piapi', '402', { status: 402, body: { code: 402, message: 'no credits', data: null } }],
    ['piapi', '429', { status: 429, body: piapi(null) }],
    ['replicate', '401', { status: 401, body: { detail } }],
    ['replicate', '402', { status: 402, body: { detail } }],
    ['replicate', '422', { status: 422, body: { detail } }],
    ['replicate', '429', { status: 429, body: { detail, status: 429 } }],
    ['fal', '401', { status: 401, body: { detail } }],
    ['fal', '429', { status: 429, body: { detail } }],
  ])('%s: a documented %s stays rejected', async (name, _what, said) => {
    expect(await outcome(name, said)).toBe('rejected')
  })
})

test('the answer to our own repeated id is read, not judged', async () => {
  const taken = { code: 1201, message: 'external_task_id already exists', data: { task_id: '8001' } }
  const task = { task_id: '9001', task_status: 'submitted' }
  const provider = seller('kling', (method) =>
    method === 'POST' ? { status: 400, body: taken } : { body: { code: 0, data: task } },
  )
  expect(await provider.submit(order)).toMatchObject({ id: '9001', status: 'queued' })
})
