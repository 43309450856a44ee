import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { keepFile } from './keep.ts'

/* A code of a person's authenticator, as it is typed: never taken from the command line, where others can read it. */

export async function typedCode(why: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    return (await Promise.race([terminal.question(`${why}\nCode: `), closed])).trim()
  } finally {
    terminal.close()
  }
}

/** The newest code that each person has used on this machine: a code is good once. */
export function usedCodes(path: string) {
  const kept: Record<string, number> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  return {
    of: (name: string): number | null => (Object.hasOwn(kept, name) ? kept[name]! : null),
    note: (name: string, step: number): void => keepFile(path, JSON.stringify({ ...kept, [name]: step })),
  }
}
