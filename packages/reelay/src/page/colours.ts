/**
 * Colours by their part: on white paper, and on a dark screen. A chart is drawn in the first, which are its attributes; the
 * page's style puts the second in their place. Each has at least 3 : 1 on its ground, and a text 4.5 : 1.
 */
interface Colour {
  readonly light: string
  readonly dark: string
}

export const ink: Colour = { light: '#1b1f24', dark: '#e8eaed' }
export const muted: Colour = { light: '#57606a', dark: '#a8b0ba' }
export const line: Colour = { light: '#d0d7de', dark: '#3a424c' }
export const paper: Colour = { light: '#ffffff', dark: '#14181d' }
export const panel: Colour = { light: '#f4f6f8', dark: '#1d232a' }
export const link: Colour = { light: '#0a58a8', dark: '#7cbcff' }
export const derived: Colour = { light: '#8a4600', dark: '#ffb366' }

/** One for each provider, told apart with any eyes as far as colours can do that; shapes do the rest. */
export const providerColours: readonly Colour[] = [
  { light: '#0b62a8', dark: '#6db3f2' },
  { light: '#b84a00', dark: '#ff9a52' },
  { light: '#00755f', dark: '#35cfa6' },
  { light: '#8b2f88', dark: '#e08adf' },
  { light: '#7a5c01', dark: '#e3c34b' },
  { light: '#b0234e', dark: '#ff8aa8' },
  { light: '#3c5a14', dark: '#a8d46f' },
]

/** The colours of what is drawn, on a dark screen. */
export const darkCharts: string = [ink, muted, line, ...providerColours]
  .flatMap(({ light, dark }) => [
    `svg [fill="${light}"]{fill:${dark}}`,
    `svg [stroke="${light}"]{stroke:${dark}}`,
  ])
  .join('')
