import { broken, refused, statuses } from './creates.js'

// One request of an isolate may make so many of its own, and no more.
export default {
  async fetch(request, { UP, CLOSED }) {
    const from = Number(new URL(request.url).searchParams.get('from'))
    if (from) await statuses(UP, from, from + 30)
    else await broken(UP)
    return Response.json(await refused(CLOSED))
  },
}
