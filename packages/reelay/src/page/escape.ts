const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML, fit for an attribute in quotes as well. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one] ?? one)

const isAddress = /^(https?:\/\/)?[\w-]+(\.[\w-]+)*\.[a-z]{2,}(\/[^\s"'<>]*)?$/i

/** Where a price is from: a link where it is an address and nothing else. Followed by a click only, never loaded. */
export function sourceLink(source: string): string {
  if (!isAddress.test(source)) return escaped(source)
  const address = /^https?:/i.test(source) ? source : `https://${source}`
  return `<a href="${escaped(address)}" rel="noreferrer noopener">${escaped(source)}</a>`
}
