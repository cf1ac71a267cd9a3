/** Why one of the two readers, the adapter or the emulated wire, is not held to some pairs. */
export interface Reason {
  readonly why: string
  /** Of their names; a pattern where they are many. */
  readonly of: RegExp
}

const avatars = 'Avatars, motion control, effects, sounds and edits are no kinds of this project yet.'
const later = (of: RegExp, why = avatars): Reason => ({ of, why })

interface Unheld {
  readonly adapter: readonly Reason[]
  readonly wire: readonly Reason[]
}

const api2 = later(
  /^api2_(?!duplicate|tasks_over_20|tasks_unknown_id)/,
  'API 2.0 is no dialect of the adapter yet; of its wire the emulator has the batch read alone.',
)
const solutions = later(
  /^solutions_(clothing_dupe|drama_subtitle|goods_studio|talking_agent)_/,
  'Of the solutions only virtual try-on is a kind.',
)
const klingKinds = later(
  /^v1_(avatar|effects|motion_control|text_to_audio|video_to_audio|ai_multi_shot|multi_elements)_/,
  `${avatars} Storyboards by a model and the selection of elements in a video belong to edits.`,
)
const recognize = later(
  /^v1_image_recognize$/,
  'No kind needs what it finds: try-on and references take whole pictures.',
)
const falKinds = later(
  /^(submit|result)_(avatar|avatar_v2|edit_o3|edit_v4|edit_video_too_long_422|effects_one_image|motion_v3|tts|video_to_audio)$/,
)
const falVoice = later(
  /^(submit|result)_create_voice$/,
  'Voices are made by the Kling adapter alone; at fal one is a helper whose id goes into provider options.',
)
const falBooks = later(
  /^(pricing_estimate|usage_summary)$/,
  'Nothing asks for them: prices come from the price API, bills from billing events.',
)
const piapiKinds = later(/_(avatar|avatar_pro|effects|motion_control|sound)$/)
const replicateKinds = later(/_(avatar_v2|edit_o1_base|motion_control_v26)$/)

/** By provider. A pair that is named here is in none of the reader's folders of fixtures. */
export const unheld: Readonly<Record<string, Unheld>> = {
  kling: {
    adapter: [
      api2,
      solutions,
      klingKinds,
      recognize,
      later(
        /^(api2_tasks_over_20|api2_tasks_unknown_id|auth_garbage_key_api2)$/,
        'Limits of the batch read and a key of API 2.0: the adapter asks for 20 at most, and its own keys are read in V1.',
      ),
    ],
    wire: [
      api2,
      solutions,
      klingKinds,
      recognize,
      later(/^api2_duplicate_external_id$/, 'A create of API 2.0, which the emulator does not have.'),
      later(/^solutions_cursor$/, 'Nothing asks for pages of solutions: tasks are asked for by name.'),
      later(
        /^v1_text2video_query_succeed_2024$/,
        'How the service answered in 2024, with ids of another form; the emulator answers as of 2026.',
      ),
      later(
        /^callback_(api2|console_test)$/,
        'Deliveries of API 2.0 and of the console, which the emulator does not send.',
      ),
    ],
  },
  fal: {
    adapter: [falKinds, falVoice, falBooks, later(/^upload_multipart_/, 'The adapter uploads in one piece.')],
    wire: [
      falKinds,
      falVoice,
      falBooks,
      later(
        /^(account_billing|requests_by_endpoint|requests_by_endpoint_empty|requests_by_endpoint_running)$/,
        'Pages of an account’s own books: history.test.ts and books.test.ts hold their shape, row by row.',
      ),
      later(/^webhook_ok_after_retry$/, 'A second delivery of webhook_ok, which is held.'),
    ],
  },
  piapi: {
    adapter: [
      piapiKinds,
      later(/^cancel_tasks_bulk$/, 'Tasks are cancelled one by one: nobody asks for all of an account.'),
    ],
    wire: [piapiKinds],
  },
  replicate: {
    adapter: [
      replicateKinds,
      later(
        /^webhooks_default_secret$/,
        'The secret is given by whoever receives: the adapter does not ask for it.',
      ),
      later(
        /^files_(get|delete)$/,
        'What was uploaded ends by itself after a day; the adapter neither reads nor deletes it.',
      ),
    ],
    wire: [replicateKinds],
  },
}
