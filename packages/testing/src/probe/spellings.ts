const bytes = (text: string): readonly number[] => [...new TextEncoder().encode(text)]
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const base64 = (text: string): string => btoa(String.fromCharCode(...bytes(text)))
const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Ways in which a gateway's page, log or address may spell a text that it repeats. */
const ways: readonly ((text: string) => string)[] = [
  (text) => text,
  json,
  (text) => json(text).replaceAll('/', '\\/'),
  encodeURIComponent,
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  (text) => text.split('/').map(encodeURIComponent).join('/'),
  (text) =>
    bytes(text)
      .map((byte) => `%${hex(byte, 2)}`)
      .join(''),
  (text) => [...text].map((one) => `\\u${hex(one.charCodeAt(0), 4)}`).join(''),
  (text) => [...text].map((one) => `&#${one.codePointAt(0)};`).join(''),
  (text) => text.replace(/[&<>"']/g, (one) => entities[one] ?? one),
  base64,
  (text) => base64(`${text}:`),
]

/** A secret in every spelling that must not be seen. */
export function spellingsOf(secret: string): readonly string[] {
  return [...new Set(ways.map((way) => way(secret)))]
}
