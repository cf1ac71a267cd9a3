import { render } from './app.js'

// Loaded late: what saving needs must not decide whether buying is refused in time.
const save = async (...given) => (await import('@reelay/core/node')).save(...given)
const [base, file] = process.argv.slice(2)
console.log(JSON.stringify(await render(base, save, file)))
