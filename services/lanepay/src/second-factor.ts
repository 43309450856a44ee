import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { SecondFactor } from '@lanepay/cloud/refund/right.ts'
import type { Result } from '@lanepay/domain/result.ts'
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

/** Asks without a code first; where one is needed it is typed, and noted as used once it has done its work. */
export async function withCode<
  Done extends { readonly usedStep: number | null },
  Refusal extends { readonly kind: string },
>(
  {
    home,
    by,
    why,
    take,
  }: {
    readonly home: string
    readonly by: string
    /** Said before the code is typed. */
    readonly why: string | ((refusal: Extract<Refusal, { readonly kind: 'second-factor-needed' }>) => string)
    /** Where an account counts: takes its code for all processes (who-may.ts). */
    readonly take: ((code: string) => Promise<void>) | null
  },
  ask: (secondFactor: SecondFactor | null) => Promise<Result<Done, Refusal>>,
): Promise<Result<Done, Refusal>> {
  const used = usedCodes(join(home, 'second-factors.json'))
  let answer = await ask(null)
  if (!answer.ok && answer.error.kind === 'second-factor-needed') {
    const refusal = answer.error as Extract<Refusal, { readonly kind: 'second-factor-needed' }>
    const code = await typedCode(typeof why === 'string' ? why : why(refusal))
    await take?.(code)
    answer = await ask({ code, usedStep: take ? null : used.of(by) })
  }
  if (answer.ok && answer.value.usedStep !== null && !take) used.note(by, answer.value.usedStep)
  return answer
}
