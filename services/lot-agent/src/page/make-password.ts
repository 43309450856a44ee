import { readFileSync } from 'node:fs'
import { hashPassword, passwordAtLeast } from './password.ts'

/*
 * Reads a password from standard input and prints it as a plan may hold it. Not as an argument: those can be read by
 * everybody on the machine while the program runs.
 */
const password = readFileSync(0, 'utf8').split(/\r?\n/)[0]!
if ([...password].length < passwordAtLeast) {
  console.error(`The password of the page has ${passwordAtLeast} characters or more.`)
  process.exit(1)
}
console.log(hashPassword(password))
