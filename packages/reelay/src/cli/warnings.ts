/**
 * Leaves out that Node 22 calls its SQLite experimental: nobody at a terminal can do anything about it. Every other warning
 * is printed as ever.
 */
export function hushSqlite(): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.startsWith('SQLite')) return
    for (const print of printers) print(warning)
  })
}
