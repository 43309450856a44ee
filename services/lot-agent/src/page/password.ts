import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/*
 * The page's password as a plan holds it: `scrypt$...`, which make-password.ts prints. Never the password itself: plans are copied,
 * mailed and photographed. One that stands elsewhere is hashed as soon as it is found.
 */

export const passwordAtLeast = 12
/** 32 MB each: five tries a minute cost the box little, a stolen plan costs its thief years. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const keyBytes = 32

/** How a plan holds the page's password. */
export const passwordPattern = '^scrypt\\$[A-Za-z0-9_-]{22}\\$[A-Za-z0-9_-]{43}$'

export type Password = { fits(attempt: string): Promise<boolean> }

/** `scrypt$SALT$KEY`, to be written into a plan. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16)
  const key = scryptSync(sameOf(password), salt, keyBytes, cost)
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/** The hash of a password that was found where a plan points to; where it cannot be used, what has to be done, never what was found. */
export function hashFound(found: string): Result<string, string> {
  if (/[\r\n]/.test(found)) return err('write the password alone where the plan points to, in one line')
  if ([...found].length < passwordAtLeast) return err(`make the password ${passwordAtLeast} characters or more`)
  return ok(hashPassword(found))
}

/** The password behind a hash that fits `passwordPattern`. */
export function openPassword(hash: string): Password {
  const [, salt = '', key = ''] = hash.split('$')
  return passwordOf(Buffer.from(salt, 'base64url'), Buffer.from(key, 'base64url'))
}

const passwordOf = (salt: Buffer, key: Buffer): Password => ({
  fits: async (attempt) => timingSafeEqual(await keyOf(attempt, salt), key),
})

/** The same characters typed on different keyboards are one password. */
const sameOf = (password: string): string => password.normalize('NFKC')
const keyOf = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(sameOf(password), salt, keyBytes, cost, (error, key) => (error ? reject(error) : resolve(key))),
  )
