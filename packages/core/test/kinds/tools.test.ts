import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { asSchema, generateText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { describe, expect, it } from 'vitest'
import { imageToVideo, type Kind, kinds, type RenderRequest, textToVideo } from '../../src/index.ts'

const boat = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5, aspectRatio: '9:16' } as const
const photo = { kind: 'image-to-video', startImage: 'https://example.com/boat.png' } as const

interface JsonObject {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonObject & { readonly description?: string }>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
}

/** What a request cannot do without. */
const required: { readonly [kind in Kind]?: readonly string[] } = {
  'text-to-video': ['prompt'],
  extend: ['video'],
  'reference-to-video': ['prompt', 'references'],
  'text-to-image': ['prompt'],
  'image-to-image': [],
  'virtual-try-on': ['personImage'],
  'lip-sync': ['video'],
}

/** What a model is told of a tool that takes a request. */
function expectTold(schema: JsonObject, fields: readonly string[], required: readonly string[]): void {
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false })
  expect(Object.keys(schema.properties ?? {}).sort()).toEqual([...fields].sort())
  expect([...(schema.required ?? [])].sort()).toEqual([...required].sort())
}

describe('in the AI SDK', () => {
  it('the schema of each kind is the input schema of a tool, as it is', async () => {
    for (const { kind, schema, fields } of Object.values(kinds)) {
      const { jsonSchema } = asSchema(schema as typeof textToVideo.schema)
      expectTold((await jsonSchema) as JsonObject, fields, ['kind', ...(required[kind] ?? [])])
    }
  })

  it('the number of clips is described as a whole one', async () => {
    const { properties } = (await asSchema(textToVideo.schema).jsonSchema) as JsonObject
    expect(properties?.n).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 9,
      description: expect.stringContaining('clips'),
    })
  })

  it('media are described as texts', async () => {
    const { properties } = (await asSchema(imageToVideo.schema).jsonSchema) as JsonObject
    expect(properties?.startImage).toMatchObject({
      type: 'string',
      description: expect.stringContaining('data URI'),
    })
  })

  it('a model’s call reaches the tool as a request, and a wrong one does not', async () => {
    const bought: RenderRequest[] = []
    const render = tool({
      description: 'Renders a clip.',
      inputSchema: textToVideo.schema,
      execute: async (request) => {
        bought.push(request)
        return request.prompt
      },
    })
    const calling = (input: object) =>
      new MockLanguageModelV4({
        doGenerate: async () => ({
          content: [{ type: 'tool-call', toolCallId: '1', toolName: 'render', input: JSON.stringify(input) }],
          finishReason: { unified: 'tool-calls', raw: undefined },
          usage: {
            inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
            outputTokens: { total: 1, text: 1, reasoning: 0 },
          },
          warnings: [],
        }),
      })
    const model = calling(boat)
    await generateText({ model, tools: { render }, prompt: 'A boat, please' })
    expect(bought).toEqual([boat])
    const told = model.doGenerateCalls[0]?.tools?.[0]
    expect(told).toMatchObject({ name: 'render', inputSchema: { required: ['kind', 'prompt'] } })
    await generateText({ model: calling({ ...boat, duration: 'long' }), tools: { render }, prompt: 'A boat' })
    expect(bought).toHaveLength(1)
  })
})

describe('in the MCP SDK', () => {
  async function connected(asked: unknown[]): Promise<Client> {
    const server = new McpServer({ name: 'clips', version: '1.0.0' })
    for (const { kind, schema } of Object.values(kinds)) {
      server.registerTool(
        kind,
        { description: kind, inputSchema: schema as typeof textToVideo.schema },
        async (request) => {
          asked.push(request)
          return { content: [{ type: 'text', text: 'done' }] }
        },
      )
    }
    const client = new Client({ name: 'test', version: '1.0.0' })
    const [one, other] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(one), client.connect(other)])
    return client
  }

  it('the schema of each kind is the input schema of a tool, as it is', async () => {
    const { tools } = await (await connected([])).listTools()
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(kinds))
    for (const { name, inputSchema } of tools) {
      const { fields, kind } = kinds[name as Kind]
      expectTold(inputSchema as JsonObject, fields, ['kind', ...(required[kind] ?? [])])
    }
    const image = tools.find(({ name }) => name === 'image-to-video')?.inputSchema as JsonObject
    expect(image.properties?.startImage).toMatchObject({ type: 'string' })
  })

  it('a call reaches the tool as a request, and a wrong one does not', async () => {
    const asked: unknown[] = []
    const client = await connected(asked)
    await client.callTool({ name: 'image-to-video', arguments: { ...photo } })
    expect(asked).toEqual([photo])
    const wrong = await client.callTool({ name: 'text-to-video', arguments: { ...boat, promptt: 'x' } })
    expect(wrong.isError).toBe(true)
    expect(asked).toHaveLength(1)
  })
})

it('is a Standard Schema too', async () => {
  const validate = (value: unknown) => textToVideo.schema['~standard'].validate(value)
  expect(await validate(boat)).toEqual({ value: boat })
  expect((await validate({ ...boat, cfgScale: 7 })).issues).toHaveLength(1)
})
