import { broken, refused, statuses } from './creates.js'

const [base, closed] = process.argv.slice(2)
await statuses(base, 300, 600)
await broken(base)
console.log(JSON.stringify(await refused(closed)))
