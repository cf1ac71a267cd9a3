import type { Problem } from '@reelay/core'

/** What `check` refuses although the provider does not, each with its reason. */
export interface Exception {
  readonly name: string
  readonly why: string
  matches(problem: Problem, provider: string, request: Readonly<Record<string, unknown>>): boolean
}

/** Every one of them; whatever else is refused must be refused by the wire too. */
export const exceptions: readonly Exception[] = [
  {
    name: 'an address of this machine',
    why: 'A provider fails to fetch it. The emulated one stands on this machine, where it is an address like any other.',
    matches: ({ rule, message }) => rule === 'unreachable' && message.includes('localhost'),
  },
  {
    name: 'a prompt that says nothing',
    why: 'Published schemas ask for a text and name no least length (fal endpoint types of 2026-08-02; Replicate schemas, read 2026-11-24); Kling refuses an empty one, and says nothing of spaces. A clip of nothing is no purchase that anybody means.',
    matches: ({ field, rule }, provider, { prompt = '' }) =>
      /(^|\.)prompt$/.test(field) &&
      rule === 'required' &&
      (field !== 'prompt' || typeof prompt === 'string') &&
      (prompt !== '' || ['fal', 'replicate'].includes(provider)),
  },
  {
    name: 'a prompt longer than Kling reads',
    why: 'The endpoint types of fal (2026-08-02) and the older schemas at Replicate (read 2026-11-24) name no length. Kling behind them reads 2,500 characters (V1 pages, 2026-03).',
    matches: ({ field, rule }, provider) =>
      ['prompt', 'negativePrompt'].includes(field) &&
      rule === 'length' &&
      ['fal', 'replicate'].includes(provider),
  },
  {
    name: 'the shape of a picture',
    why: 'Pages of fal state the longest shape for some families (turbo and 4.0, read 2026-11-24), and for their start images only; of image endpoints that of v3 states 300 px and 10 MB; Kling behind all of them takes 1:2.5 to 2.5:1 (V1 pages, 2026-03).',
    matches: ({ field, rule, message }, provider) =>
      /(^i|I)mages?$/.test(field) &&
      rule === 'media-size' &&
      message.includes('one side') &&
      provider === 'fal',
  },
  {
    name: 'a shot of half a second',
    why: 'At Replicate the shots are one text, of which the schema says nothing (collected 2026-11-24); Kling behind it takes whole seconds (V1 pages, 2026-03).',
    matches: ({ field, rule }, provider) =>
      /^shots\.\d+\.duration$/.test(field) && rule === 'range' && provider === 'replicate',
  },
  {
    name: 'a clip or a sound that is none',
    why: 'The emulated fal and Replicate look into pictures, and take whatever else is brought along for what it is called; the providers decode it.',
    matches: ({ field, rule }, provider) =>
      /^(video|audio)$/.test(field) && rule === 'media-type' && ['fal', 'replicate'].includes(provider),
  },
  {
    name: 'an end image alone',
    why: 'The schema of 2.5 Turbo at Replicate (collected 2026-11-24) has both images as optional, and the rule that one needs the other is documented there for 3.0, Omni and O1 alone. Kling takes one beside a start image only (capability map, 2026-05-19).',
    matches: ({ field, rule }, provider, { startImage, endImage }) =>
      field === 'startImage' &&
      rule === 'required' &&
      startImage === undefined &&
      endImage !== undefined &&
      provider === 'replicate',
  },
  {
    name: 'a start image that counts as a reference',
    why: 'The page of Kling 4.0 at fal (2026-11) lists a start image beside references and says that it counts as one; whether it takes the first number is not said, and a wrong number shows another subject.',
    matches: ({ field, rule }, provider, { kind }) =>
      field === 'startImage' && rule === 'unsupported' && kind === 'reference-to-video' && provider === 'fal',
  },
  {
    name: 'an element by its id',
    why: 'Endpoints of fal take elements by pictures or a clip (types of 2026-08-02): of an id nothing is left in the body but an empty element, of which the types ask for no field.',
    matches: ({ field, rule, message }, provider) =>
      field.startsWith('references.') &&
      rule === 'unsupported' &&
      message.includes('by their pictures only') &&
      provider === 'fal',
  },
  {
    name: 'the sound of a reference that is a clip',
    why: 'Kling 4.0 at fal (its page, 2026-11) and the omni models at PiAPI (docs, 2026-02) have no field for it: sent all the same, nothing of the wish is left in the body.',
    matches: ({ field, rule }, provider) =>
      /^references\..+\.keepSound$/.test(field) &&
      rule === 'unsupported' &&
      ['fal', 'piapi'].includes(provider),
  },
  {
    name: 'a camera that moves along two axes',
    why: 'PiAPI documents the shape of camera_control and says no more; fal takes one movement, and has no place for what is said beside it. Kling behind them takes exactly one axis, or a preset (V1 pages, 2026-03).',
    matches: ({ field }, provider) =>
      field.startsWith('cameraControl.config') && ['fal', 'piapi'].includes(provider),
  },
  {
    name: 'a name that the prompt never says',
    why: 'Providers take pictures that no prompt speaks of, and the clip has none of them or all of them as it pleases: paid for, and not what was meant.',
    matches: ({ field, message }) =>
      field.startsWith('references.') && /names|no name that|one name in/.test(message),
  },
  {
    name: 'no reference at all',
    why: 'Kling’s omni-video and Replicate’s omni and O1 make a clip from words or from a frame too: that is another kind, and a map left empty by a slip is paid for.',
    matches: ({ field, rule }, provider) =>
      field === 'references' && rule === 'required' && ['kling', 'replicate'].includes(provider),
  },
]
