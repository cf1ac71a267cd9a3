/** The page of a web server or gateway that knows nothing about JSON. */
export function htmlAnswer(
  status: number,
  title: string,
  contentType = 'text/html; charset=utf-8',
): Response {
  const page = `<html>\n<head><title>${title}</title></head>\n<body><center><h1>${title}</h1></center></body>\n</html>\n`
  return new Response(page, { status, headers: { 'content-type': contentType } })
}

/** What object stores answer for a result that is no longer held. */
export function expiredAnswer(): Response {
  const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>\n'
  return new Response(xml, { status: 403, headers: { 'content-type': 'application/xml' } })
}
