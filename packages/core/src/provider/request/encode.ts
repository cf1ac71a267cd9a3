import type { Draft } from '../../kinds/kinds.ts'
import { type Media, type MediaForm, type MediaRule, openMedia } from '../../model/media.ts'
import { formFor, type PreparedMedia } from '../../model/media-rule.ts'
import type { Served } from '../appraise.ts'
import type { EncodedRequest, HttpRequest } from '../http/message.ts'
import { stepsOf } from '../sell.ts'

const placeholders: {
  readonly [form in Exclude<MediaForm, 'url'>]: (field: string, type: string) => string
} = {
  base64: (field) => `<${field} in base64>`,
  'data-uri': (field, type) => `data:${type};base64,<${field}>`,
  upload: (field) => `<address of the uploaded ${field}>`,
}

/** Media as they would be sent, unread. */
function unread(field: string, media: Media, rule: MediaRule): PreparedMedia | undefined {
  const opened = openMedia(media)
  if (opened.type === 'invalid') return undefined
  if (opened.type === 'url') return { form: 'url', value: opened.url, content: opened.url }
  const [size, type = 'image/png'] =
    opened.type === 'blob'
      ? [opened.blob.size, opened.blob.type || undefined]
      : [opened.bytes.byteLength, opened.mediaType]
  const form = formFor(rule, size)
  return { form, value: placeholders[form](field, type), mediaType: type, content: new Uint8Array() }
}

/** The create call of a request beside its row; whether it passes every check is another question. */
export function encodeServed({ subject, row, sale, owner }: Served): EncodedRequest {
  const { limits } = subject.offer
  const media = row
    .mediaAt(subject.request, limits, owner)
    .flatMap(({ path, media: file }): [string, PreparedMedia][] => {
      const rule = row.mediaRule(limits, path)
      const prepared = rule ? unread(path, file, rule) : undefined
      return prepared ? [[path, prepared]] : []
    })
  const steps = stepsOf(sale, subject)
  const draft = {
    ...subject,
    media: Object.fromEntries(media),
    steps: Object.fromEntries(steps.map((step) => [step.name, step.pending])),
  } as Draft
  const before = steps.map((step) => [step.name, plain(step.request(draft))] as const)
  return { ...plain(sale.encode(draft)), ...(before.length > 0 && { steps: Object.fromEntries(before) }) }
}

function plain({ method, path = '', query, headers, json }: HttpRequest): EncodedRequest {
  return {
    method,
    path,
    ...(query && { query }),
    ...(headers && { headers }),
    // What is undefined is not sent.
    ...(json !== undefined && { json: JSON.parse(JSON.stringify(json)) }),
  }
}
