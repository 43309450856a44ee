import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/*
 * The page's password as a plan may hold it: `scrypt$...`, which make-password.ts prints, or where it stands: `file:PATH` (its
 * first line) or `env:NAME`. Never the password itself: plans are copied, mailed and photographed.
 */

export const passwordAtLeast = 12
/** 32 MB each: five tries a minute cost the box little, a stolen plan costs its thief years. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const keyBytes = 32

/** How a plan may name the page's password. */
export const passwordPattern =
  '^(?:scrypt\\$[A-Za-z0-9_-]{22}\\$[A-Za-z0-9_-]{43}|file:[^\\u0000]{1,4000}|env:[A-Za-z_][A-Za-z0-9_]{0,99})$'

export type Password = { fits(attempt: string): Promise<boolean> }

/** `scrypt$SALT$KEY`, to be written into a plan. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${salt.toString('base64url')}$${(await keyOf(password, salt)).toString('base64url')}`
}

/** The password that a plan names; where there is none that can be used, what has to be done, never what was found. */
export async function openPassword(named: string, env: NodeJS.ProcessEnv): Promise<Result<Password, string>> {
  const [, kind = '', rest = ''] = /^(scrypt\$|file:|env:)(.*)$/s.exec(named) ?? []
  if (kind === 'scrypt$') {
    const [salt = '', key = ''] = rest.split('$').map((part) => Buffer.from(part, 'base64url'))
    return ok(passwordOf(Buffer.from(salt), Buffer.from(key)))
  }
  const looked = kind === 'file:' ? firstLine(rest) : ok(env[rest] ?? null)
  if (!looked.ok) return looked
  const found = looked.value
  if (found === null) return err(`set the environment variable ${rest}`)
  if ([...found].length < passwordAtLeast) return err(`make the password ${passwordAtLeast} characters or more`)
  const salt = randomBytes(16)
  return ok(passwordOf(salt, await keyOf(found, salt)))
}

const passwordOf = (salt: Buffer, key: Buffer): Password => ({
  fits: async (attempt) => timingSafeEqual(await keyOf(attempt, salt), key),
})

/** The same characters typed on different keyboards are one password. */
const keyOf = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, keyBytes, cost, (error, key) => (error ? reject(error) : resolve(key))),
  )

/** Whatever is wrong with the file, the lot goes on without its page. */
function firstLine(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'utf8').split(/\r?\n/)[0]!)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return err(`write the password into ${file}, for the agent to read (${code ?? message})`)
  }
}
