/** What no catalogue knows of a kind: what it is, and how to ask for something good. Written by people. */
export interface KindText {
  /** In a sentence. */
  readonly what: string
  /** A paragraph on how to ask for something good. */
  readonly prompting: string
  /** What is told wrongly elsewhere. */
  readonly mistake?: string
  /** Words for the request on its page, in the field that holds them. */
  readonly words?: string
  /** Fields of that request that go with the words. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** By kind; a kind that is not here yet has a page without these words. */
export const kindTexts: Readonly<Record<string, KindText>> = {
  'text-to-video': {
    what: 'A clip from words alone.',
    words: 'A paper boat drifts along a rain gutter at dusk, slow tracking shot at water level',
    prompting:
      'Say who or what, what it does, and where the camera is, in this order: subject, action, camera. One action fits five seconds; a second one needs ten. Name what a lens would see (wet asphalt, a red coat, breath in cold air) and leave moods to it: "melancholic" is a guess, rain on a window is not. Words of one place and one light hold a clip together. What must not be there goes into `negativePrompt`, as nouns. Where something is to be said, put it in quotation marks, name who says it, and ask for sound.',
  },
  'image-to-video': {
    what: 'A clip that starts from a picture, ends on one, or moves between two.',
    words: 'The woman turns to the window and smiles, the camera pushes in slowly',
    prompting:
      'The picture has said what everything looks like, so say what changes: who moves, how far, and what the camera does meanwhile. Describing again what is seen takes words away from what happens, and where the words contradict the picture the clip tears. Begin with something that the pose allows: whoever sits can stand up, and needs a second for it. Still parts may be named as still ("the street stays empty"). With an end image, describe the way between the two, not the second picture.',
  },
  'reference-to-video': {
    what: 'A clip in which given persons, things or clips appear, each under a name that the prompt says.',
    words: 'Mara hands her lantern to the boy at the gate, medium shot, the camera circles them slowly',
    fields: { references: { mara: 'https://example.com/mara.png' } },
    prompting:
      'Give each reference a name and use it where a person would: *Mara opens the door*, not "the woman from picture one". Say each name once with what it does; a reference that does nothing tends to stand in the background. Pictures of one subject before a plain ground, well lit and from the front, are worth more than many. Do not describe a face that a picture shows; describe what the picture lacks: clothes, place, light. A video reference gives its movement or its look: say in words which of the two is meant.',
  },
  extend: {
    what: 'A clip that goes on where an earlier one ends.',
    words: 'The boat reaches the drain and turns in the current, the camera keeps its distance',
    prompting:
      'Describe what comes next, not what has been: the model sees the last frames. Keep the subject, the light and the speed of the camera, and change one thing. "Then" and "meanwhile" help little; a verb of movement does. What has left the picture comes back as a stranger, so let nothing leave that is needed later.',
  },
  'lip-sync': {
    what: 'A clip whose speaker says something else, from a text or from a sound.',
    words: 'Good evening. The last boat leaves in ten minutes.',
    prompting:
      'Write for the ear: short sentences, numbers and abbreviations spelled out, commas where a breath is. Ten to twelve Latin characters take a second; a text much longer than the clip is cut. The face wants to be large, seen from the front, and free: no hand or microphone before the mouth, no turning away while it speaks. A clip made to be dubbed is best asked for with a speaker who talks quietly already. From a sound, use a dry voice: music and echo move lips too.',
  },
  'text-to-image': {
    what: 'A picture from words, or a series of them.',
    words:
      'A lighthouse keeper trims a brass lamp, seen from the stairs below, 35 mm, evening light from the left',
    prompting:
      'Subject, what it is doing, where the camera stands: a picture has a camera too, with a height, a distance and a lens. Then the light, with its direction. Materials and colours are better than adjectives of quality; "masterpiece" says nothing, oiled oak does. Text in the picture goes in quotation marks, and short. For a picture that starts a clip, leave room where something is going to move.',
  },
  'image-to-image': {
    what: 'A picture made after other pictures: of the same subject or face, in the style of one, or wider than it was.',
    words: 'The same woman at a market stall, holding a melon, from the front, overcast daylight',
    prompting:
      'Say what the new picture shows as if there were no old one, and leave out what is taken from it: with a subject or a face as reference, that is how it looks. Fidelity is a dial between the two: high keeps the pose as well, low only the likeness. Where several pictures go in, say by name or by role what comes from which: the person, the place, the style. To widen a picture, describe what lies beyond its edges, in its light.',
  },
  'virtual-try-on': {
    what: 'A person in other clothes: a picture of each goes in, a picture of both comes out.',
    prompting:
      'There is nothing to write; the pictures are the prompt. The person stands straight, from the front, arms away from the body, in tight clothes, hair off the shoulders. The garment lies flat or hangs on a ghost mannequin before a plain ground, whole, without other garments. What the person wears shines through where it is wider than the new garment. For a suit, put top and bottom into one picture, where the provider takes no halves.',
    mistake:
      'At official Kling the path is `/v1/images/kolors-virtual-try-on`, and since 2026-09-15 `/solutions/virtual_try_on`, which takes an API key only and pictures by their URL. The often quoted `/v1/images/virtual-try-on` is no real path and never was one.',
  },
}
