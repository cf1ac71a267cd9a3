interface ByteRange {
  readonly first: number
  /** Inclusive. */
  readonly last: number
}

/** Reads a single `bytes=` range; undefined means the header is to be ignored. RFC 9110 section 14.1.2. */
function parseRange(header: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (!match) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  if (from === '') {
    const suffix = Number(to)
    return suffix === 0 ? 'unsatisfiable' : { first: Math.max(size - suffix, 0), last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return undefined
  return first >= size ? 'unsatisfiable' : { first, last }
}

/** A static file answer: ETag, Last-Modified, If-None-Match, Range and If-Range. */
export function fileAnswer(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  file: { readonly contentType: string; readonly etag: string; readonly modifiedAt: number },
): Response {
  const modified = new Date(file.modifiedAt).toUTCString()
  const headers = new Headers({
    'content-type': file.contentType,
    'accept-ranges': 'bytes',
    etag: file.etag,
    'last-modified': modified,
  })
  const body = (part: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null =>
    request.method === 'HEAD' ? null : part

  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })

  const condition = request.headers.get('if-range')
  const unchanged = condition === null || condition === file.etag || condition === modified
  const wanted = request.headers.get('range')
  const range = wanted !== null && unchanged ? parseRange(wanted, bytes.length) : undefined
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${bytes.length}`)
    headers.delete('content-type')
    return new Response(null, { status: 416, headers })
  }
  if (range) {
    const part = bytes.slice(range.first, range.last + 1)
    headers.set('content-range', `bytes ${range.first}-${range.last}/${bytes.length}`)
    headers.set('content-length', String(part.length))
    return new Response(body(part), { status: 206, headers })
  }
  headers.set('content-length', String(bytes.length))
  return new Response(body(bytes), { status: 200, headers })
}
