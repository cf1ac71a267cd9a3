import type { ModelRow } from './models.ts'

/** The public card of a model; `openapi_schema` is where a client finds its fields. */
export function modelCard(name: string, { input, version }: ModelRow): Record<string, unknown> {
  const [owner = '', model = ''] = name.split('/')
  const schemas = {
    Input: { type: 'object', title: 'Input', required: input.required, properties: input.properties },
    Output: { type: 'string', format: 'uri', title: 'Output' },
  }
  return {
    url: `https://replicate.com/${name}`,
    owner,
    name: model,
    description: null,
    visibility: 'public',
    is_official: true,
    github_url: null,
    paper_url: null,
    license_url: null,
    run_count: 0,
    cover_image_url: null,
    default_example: null,
    latest_version: {
      id: version ?? 'hidden',
      created_at: '2026-06-04T00:00:00.000000Z',
      cog_version: null,
      openapi_schema: { openapi: '3.0.2', info: { title: 'Cog', version: '0.1.0' }, components: { schemas } },
    },
  }
}
