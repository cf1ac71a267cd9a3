import { isRecord } from '../http/json.ts'

/**
 * JSON as it was recorded in a delivery: keys sorted, a space behind every comma and colon, as Python writes it. That it
 * escapes everything beyond ASCII too, as Python does unless told, is assumed.
 */
export function pythonJSON(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJSON).join(', ')}]`
  if (!isRecord(value)) return ascii(JSON.stringify(value ?? null))
  const pairs = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${ascii(JSON.stringify(key))}: ${pythonJSON(value[key])}`)
  return `{${pairs.join(', ')}}`
}

const ascii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
