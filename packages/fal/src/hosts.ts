/** fal's hosts; the first is the main one. */
export const hosts: Readonly<Record<'queue' | 'rest' | 'api', string>> = {
  queue: 'https://queue.fal.run',
  rest: 'https://rest.fal.ai',
  api: 'https://api.fal.ai',
}
