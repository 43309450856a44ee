import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { hashPassword, passwordAtLeast } from './password.ts'

/*
 * Reads a password, one line of standard input, and prints it as a plan may hold it. Not as an argument: those can be
 * read by everybody on the machine while the program runs. What is typed is not shown.
 */
const isTyped = process.stdin.isTTY === true
if (isTyped) process.stderr.write(`Password, ${passwordAtLeast} characters or more: `)
const unseen = new Writable({ write: (_, __, done) => done() })
const lines = createInterface({ input: process.stdin, output: unseen, terminal: isTyped })
lines.on('SIGINT', () => process.exit(130))
const password = await new Promise<string>((resolve) => {
  lines.once('line', resolve)
  lines.once('close', () => resolve(''))
})
lines.close()
if (isTyped) process.stderr.write('\n')
if ([...password].length < passwordAtLeast) {
  console.error(`The password of the page has ${passwordAtLeast} characters or more.`)
  process.exit(1)
}
console.log(hashPassword(password))
