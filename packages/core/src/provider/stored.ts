/**
 * What became of the clip of a purchase: nobody has asked for it to be stored (`not-asked`), it is to be (`open`), it is
 * (`done`), or the provider no longer holds it (`lost`).
 */
export type Stored =
  | { readonly state: 'not-asked' | 'open' | 'done' }
  | { readonly state: 'lost'; readonly reason: string }
