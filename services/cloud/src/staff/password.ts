import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/*
 * Passwords of persons (NIST SP 800-63B 5.1.1.2: long, not a common one, no rules about kinds of characters, no change by the calendar), and
 * how they are kept: scrypt (RFC 7914), its parameters beside each hash, so that they can be raised.
 */

/** `n` is the power of two of scrypt's N; memory is 128 * 2^n * r bytes. */
export type Cost = { readonly n: number; readonly r: number; readonly p: number }
/** 32 MB and about as much work as any of OWASP's settings for scrypt. */
export const usualCost: Cost = { n: 15, r: 8, p: 3 }

export const passwordAtLeast = 10
export const passwordAtMost = 128
const keyBytes = 32
const derive = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>
/** The same characters typed on different keyboards are one password. */
const sameOf = (password: string): string => password.normalize('NFKC')
const keyOf = (password: string, salt: Buffer, { n, r, p }: Cost): Promise<Buffer> =>
  inTurn(() => derive(sameOf(password), salt, keyBytes, { N: 2 ** n, r, p, maxmem: 256 * 2 ** n * r }))

/** Of the threads that also sign for the channels (Node has four): whoever floods the door must not stop the payments. */
const atOnce = 2
let going = 0
const waiting: (() => void)[] = []
async function inTurn<T>(act: () => Promise<T>): Promise<T> {
  if (going === atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else going++
  try {
    return await act()
  } finally {
    // Handed on without being put down: nobody who comes now goes before those who wait.
    const next = waiting.shift()
    if (next) next()
    else going--
  }
}

/** `scrypt$n$r$p$salt$key`. */
export async function hashPassword(password: string, cost: Cost = usualCost): Promise<string> {
  const salt = randomBytes(16)
  const key = await keyOf(password, salt, cost)
  return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

function parseHash(hash: string): { readonly cost: Cost; readonly salt: Buffer; readonly key: Buffer } {
  const [, n, r, p, salt = '', key = ''] = hash.split('$')
  return {
    cost: { n: Number(n), r: Number(r), p: Number(p) },
    ...{ salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') },
  }
}

export async function isPassword(hash: string, attempt: string): Promise<boolean> {
  const { cost, salt, key } = parseHash(hash)
  return timingSafeEqual(await keyOf(attempt, salt, cost), key)
}

/** Whether a hash was made with less than `cost`: it is made anew when its password is typed next, without asking. */
export function isWeaker(hash: string, { n, r, p }: Cost): boolean {
  const { cost } = parseHash(hash)
  return 2 ** cost.n * cost.r * cost.p < 2 ** n * r * p
}

export type PasswordMistake = 'too-short' | 'too-long' | 'common' | 'about-you'
export const passwordRules: Readonly<Record<PasswordMistake, string>> = {
  'too-short': `${passwordAtLeast} characters or more`,
  'too-long': `at most ${passwordAtMost} characters`,
  common: 'not one that many people use, with digits behind it or not',
  'about-you': "not the account's name, your name or your telephone number with a little added",
}

const common = new Set(
  readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
    .split(/\s+/)
    .filter(Boolean),
)

/** Whether a person may have this password. What it may not be made of are its account, name and telephone number. */
export function checkPassword(
  unchecked: string,
  person: { readonly account: string; readonly name: string; readonly phone: string },
): Result<string, PasswordMistake> {
  const tidy = sameOf(unchecked).toLowerCase()
  const { length } = [...tidy]
  if (length < passwordAtLeast) return err('too-short')
  if (length > passwordAtMost) return err('too-long')
  if (isCommon(tidy)) return err('common')
  // What is left beside it must stand for itself.
  for (const word of [person.account, person.name, person.phone.replace(/\D/g, '')].map((one) =>
    sameOf(one).toLowerCase(),
  ))
    if (word.length > 1 && tidy.includes(word) && [...tidy.replaceAll(word, '')].length < 6) return err('about-you')
  return ok(unchecked)
}

/** A word of the list, whatever digits and signs are round it; one piece again and again; a run of neighbours. */
function isCommon(tidy: string): boolean {
  const bare = tidy.replace(/^[\d\W_]+|[\d\W_]+$/g, '')
  if (common.has(tidy) || common.has(bare)) return true
  if (/^(.{1,4})\1+.{0,3}$/u.test(tidy)) return true
  const codes = [...tidy].map((letter) => letter.codePointAt(0)!)
  const steps = new Set(codes.slice(1).map((code, at) => code - codes[at]!))
  return steps.size === 1 && Math.abs([...steps][0]!) <= 1
}
