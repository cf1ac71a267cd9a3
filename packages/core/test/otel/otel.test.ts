import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { otel } from '@reelay/core/otel'
import { createEmulator } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { createVirtualClock } from '@reelay/testing/clock'
import { afterEach, describe, expect, it } from 'vitest'
import { generate, type RenderEvent, type RenderRequest, wait } from '../../src/index.ts'

const request: RenderRequest = { kind: 'text-to-video', prompt: 'A secret paper boat', duration: 5 }
const secretKey = 'k-not-to-be-seen-anywhere'

function studio() {
  const spans = new InMemorySpanExporter()
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })
  const meters = new MeterProvider({ readers: [reader] })
  const clock = createVirtualClock()
  const emulator = createEmulator({
    clock: clock.server,
    seed: 1,
    kling: { accounts: [{ name: 'studio', accessKey: 'ak', secretKey: 'sk', apiKeys: [secretKey] }] },
  })
  const access = emulator.providers('http://127.0.0.1:1').kling
  const kling = createKling({
    apiKey: secretKey,
    baseURL: access.baseURL,
    fetch: clock.track(emulator.fetch as typeof fetch),
    clock,
  })
  const onEvent = otel({ tracer: tracers.getTracer('t'), meter: meters.getMeter('m') })

  async function sums(): Promise<Record<string, number>> {
    await reader.forceFlush()
    const last = metrics.getMetrics().at(-1)
    const found: Record<string, number> = {}
    for (const { metrics: all } of last?.scopeMetrics ?? []) {
      for (const { descriptor, dataPoints } of all) {
        for (const { value } of dataPoints) {
          const amount = typeof value === 'number' ? value : (value as { sum?: number }).sum
          found[descriptor.name] = (found[descriptor.name] ?? 0) + (amount ?? 0)
        }
      }
    }
    return found
  }
  return { spans, clock, emulator, kling, onEvent, sums, end: () => meters.shutdown() }
}

describe('telemetry', () => {
  let ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends) await end()
    ends = []
    trace.disable()
    context.disable()
    propagation.disable()
  })
  const open = () => {
    const made = studio()
    ends.push(made.end)
    return made
  }

  it('a render is one span from its purchase to its end, with its statuses as events and its cost', async () => {
    const { kling, onEvent, spans, sums, clock } = open()
    const task = await generate(kling, request, { onEvent })
    const [span, ...others] = spans.getFinishedSpans()
    expect(others).toEqual([])
    expect(span?.name).toBe('render kling-v3')
    expect(span?.attributes).toMatchObject({
      'gen_ai.provider.name': 'kling',
      'gen_ai.request.model': 'kling-v3',
      'reelay.task.id': task.id,
      'reelay.status': 'succeeded',
      'reelay.cost.usd': 0.42,
      'reelay.quote.usd': 0.42,
    })
    const ms = ([s, ns]: readonly [number, number]): number => s * 1_000 + ns / 1e6
    expect(span && ms(span.startTime)).toBe(task.handle.submittedAt)
    expect(span && ms(span.endTime)).toBe(clock.now())
    expect(span?.events.map(({ name }) => name)).toContain('status')
    expect(await sums()).toMatchObject({
      'reelay.tasks.submitted': 1,
      'reelay.tasks.finished': 1,
      'reelay.cost': 0.42,
      'reelay.task.duration': (clock.now() - task.handle.submittedAt) / 1_000,
    })
  })

  it('a failed task is a span with an error status, and costs what the provider says', async () => {
    const { kling, onEvent, spans, sums } = open()
    const failing = { ...request, prompt: 'forbidden-async' }
    await expect(generate(kling, failing, { onEvent })).rejects.toThrow()
    const [span] = spans.getFinishedSpans()
    expect(span?.status.code).toBe(SpanStatusCode.ERROR)
    expect(span?.attributes).toMatchObject({ 'reelay.status': 'failed', 'error.type': 'content' })
    expect(await sums()).toMatchObject({ 'reelay.tasks.finished': 1, 'reelay.cost': 0 })
  })

  it('a look that fails is an event of the span, and counted', async () => {
    const { kling, onEvent, spans, sums, emulator } = open()
    emulator.control.fault({ on: 'query', kind: 'status', status: 503, times: 3 })
    await generate(kling, request, { onEvent })
    const retry = spans.getFinishedSpans()[0]?.events.find(({ name }) => name === 'retry')
    expect(retry?.attributes).toMatchObject({ 'error.type': 'ERR_UNAVAILABLE' })
    expect((await sums())['reelay.retries']).toBe(1)
  })

  it('waiting that is given up ends the span; waiting again makes another', async () => {
    const { kling, onEvent, spans } = open()
    const { handle } = await kling.submit(request)
    await expect(wait(kling, handle, { deadlineMs: 1, onEvent })).rejects.toThrow()
    await wait(kling, handle, { onEvent })
    expect(spans.getFinishedSpans().map((span) => span.status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.UNSET,
    ])
  })

  it('a purchase that is refused is a span of its own, and counted', async () => {
    const { kling, onEvent, spans, sums } = open()
    const refused = { ...request, prompt: 'forbidden-sync' }
    await expect(generate(kling, refused, { onEvent })).rejects.toThrow()
    const [span, ...others] = spans.getFinishedSpans()
    expect(others).toEqual([])
    expect(span?.attributes).toMatchObject({ 'error.type': 'ERR_CONTENT', 'reelay.outcome': 'rejected' })
    expect((await sums())['reelay.errors']).toBe(1)
  })

  it('a clip that could not be stored is a failed download below its render', async () => {
    const { kling, onEvent, spans } = open()
    const store = async (): Promise<void> => {
      throw new Error('the disk is full')
    }
    await expect(generate(kling, request, { onEvent, store })).rejects.toThrow()
    const [render, download] = spans.getFinishedSpans()
    expect([render?.status.code, download?.status.code]).toEqual([SpanStatusCode.UNSET, SpanStatusCode.ERROR])
    expect(download?.parentSpanContext?.spanId).toBe(render?.spanContext().spanId)
  })

  it('a download is a span below its render', async () => {
    const { kling, onEvent, spans, sums, clock } = open()
    const store = async () => {
      await clock.sleep(2_000)
      return { file: 'boat.mp4', bytes: 12_345, mediaType: 'video/mp4' }
    }
    await generate(kling, request, { onEvent, store })
    const [render, download] = spans.getFinishedSpans()
    expect(download?.parentSpanContext?.spanId).toBe(render?.spanContext().spanId)
    expect(download?.duration).toEqual([2, 0])
    expect(await sums()).toMatchObject({ 'reelay.download.size': 12_345, 'reelay.download.duration': 2 })
  })

  it('nothing of the prompt, the URLs, the messages or the key is in what is exported', async () => {
    const { kling, onEvent, spans, emulator } = open()
    const seen: RenderEvent[] = []
    emulator.control.fault({
      on: 'query',
      kind: 'status',
      status: 500,
      body: { message: secretKey },
      times: 3,
    })
    await generate(kling, request, {
      onEvent: (event) => {
        seen.push(event)
        onEvent(event)
      },
    })
    const said = JSON.stringify(
      spans
        .getFinishedSpans()
        .map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    )
    expect(seen.length).toBeGreaterThan(3)
    for (const word of ['paper boat', '://', secretKey]) expect(said).not.toContain(word)
  })
})
