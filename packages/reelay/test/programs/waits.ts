// Waits for a signal, and ends in a way of its own.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    console.log(`got ${signal}`)
    process.exit(7)
  })
}
setInterval(() => undefined, 1_000_000)
console.log('waiting')
