import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { listening, type Serve } from './listen.ts'

/** The handler as a route of a Hono app. No middleware may read the body before it: signatures are over the raw bytes. */
export const serveHono: Serve = (handler, port) => {
  const app = new Hono()
  app.post('/reelay/*', (c) => handler(c.req.raw))
  return listening(createAdaptorServer({ fetch: app.fetch }) as Server, port)
}
