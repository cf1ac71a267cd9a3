import { render } from './app.js'

console.log(JSON.stringify(await render(process.argv[2])))
