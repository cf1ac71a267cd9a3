import { type Chosen, type Mode, type RenderRequest, taskWith, type VideoProvider, wrap } from '@reelay/core'

/**
 * What requests for a clip from words or a picture get that do not say otherwise.
 *
 * @example
 * ```ts
 * import { defineConfig, type RequestDefaults } from 'reelay/config'
 * const cheap: RequestDefaults = { model: 'kling-v3', mode: 'std' }
 * export default defineConfig({ providers: { fal: 'fal' }, defaults: cheap })
 * ```
 */
export interface RequestDefaults {
  readonly model?: string
  readonly mode?: Mode
}

// Models of clips: a name may stand for an image model as well, and most other kinds have models of their own.
const kindsOfDefaults: readonly unknown[] = ['text-to-video', 'image-to-video', undefined]

/**
 * A request with what it leaves out filled in. A mode of one's own goes with a model of one's own, and a kind of which
 * nobody was thinking with the provider's own choice.
 */
export function fillDefaults(request: RenderRequest, { model, mode }: RequestDefaults): RenderRequest {
  if (typeof request !== 'object' || request === null) return request
  if (!kindsOfDefaults.includes(request.kind)) return request
  const ownModel = request.model !== undefined
  return {
    ...(model === undefined ? {} : { model }),
    ...(mode === undefined || ownModel ? {} : { mode }),
    ...request,
  }
}

/** Why a model and a mode, where a configuration has filled one of them in: the provider takes that for the caller's word. */
function filledChoice(
  { model: typedModel, mode: typedMode }: RenderRequest,
  { model: filledModel, mode: filledMode }: RenderRequest,
  chosen: Chosen,
): Chosen {
  const modelFilled = typedModel === undefined && filledModel !== undefined
  const modeFilled = typedMode === undefined && filledMode !== undefined
  if (!modelFilled && !modeFilled) return chosen
  if (modelFilled && modeFilled)
    return { ...chosen, why: 'Your configuration names this model and this mode.' }
  const { model, mode } = chosen
  if (modeFilled) return { ...chosen, why: `${model} is the default; your configuration names this mode.` }
  const theMode = typedMode === undefined ? `${mode} is what it has first` : 'you asked for this mode'
  return { ...chosen, why: `Your configuration names this model; ${theMode}.` }
}

/** The same provider, with defaults filled into every request. */
export function withDefaults(provider: VideoProvider, defaults: RequestDefaults): VideoProvider {
  const fill = (request: RenderRequest): RenderRequest => fillDefaults(request, defaults)
  return wrap(provider, {
    appraise(request: RenderRequest) {
      const filled = fill(request)
      const appraisal = provider.appraise(filled)
      const { chosen } = appraisal
      return chosen ? { ...appraisal, chosen: filledChoice(request, filled, chosen) } : appraisal
    },
    ...(provider.encode && {
      encode: (request: RenderRequest, instead?: RenderRequest) =>
        provider.encode?.(fill(request), instead && fill(instead)),
    }),
    async submit(request: RenderRequest, options: Parameters<VideoProvider['submit']>[1]) {
      const filled = fill(request)
      const task = await provider.submit(filled, options)
      return task.chosen ? taskWith(task, { chosen: filledChoice(request, filled, task.chosen) }) : task
    },
  })
}
