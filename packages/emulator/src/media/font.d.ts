declare module 'oled-font-5x7' {
  /** Five column bytes per glyph, least significant bit on top, in the order of `lookup`. */
  const font: {
    readonly width: number
    readonly height: number
    readonly fontData: readonly number[]
    readonly lookup: readonly string[]
  }
  export default font
}
