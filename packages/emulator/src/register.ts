// Loaded before a program: `node --import @reelay/emulator/register app.js`. What follows it is user code, so everything
// is in place, or the process is over, when this module has been evaluated.
import { register } from './register/register.ts'

await register(
  new URL(`./register/shared${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url),
)
