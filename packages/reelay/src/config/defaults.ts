import type { Mode, RenderRequest, VideoProvider } from '@reelay/core'

/** What requests get that do not say otherwise. */
export interface RequestDefaults {
  readonly model?: string
  readonly mode?: Mode
}

/** A request with what it leaves out filled in. A mode of one's own goes with a model of one's own. */
export function fillDefaults(request: RenderRequest, { model, mode }: RequestDefaults): RenderRequest {
  if (typeof request !== 'object' || request === null) return request
  const ownModel = request.model !== undefined
  return {
    ...(model === undefined ? {} : { model }),
    ...(mode === undefined || ownModel ? {} : { mode }),
    ...request,
  }
}

/** The same provider, with defaults filled into every request. */
export function withDefaults(provider: VideoProvider, defaults: RequestDefaults): VideoProvider {
  const fill = (request: RenderRequest): RenderRequest => fillDefaults(request, defaults)
  return Object.freeze({
    ...provider,
    check: (request: RenderRequest) => provider.check(fill(request)),
    quote: (request: RenderRequest) => provider.quote(fill(request)),
    submit: (request: RenderRequest, options: Parameters<VideoProvider['submit']>[1]) =>
      provider.submit(fill(request), options),
  })
}
