import { hashFound } from '../page/password.ts'
import type { Mistake } from './schema-words.ts'

/** Where secrets are that a plan only points to. */
export type SecretPlaces = {
  readonly env: { readonly [name: string]: string | undefined }
  /** The text of a file. @throws Error when it cannot be read. */
  readonly readFile: (path: string) => string
}

const secretNames: readonly string[] = ['agentSecret', 'cameraKey', 'secret', 'password']
/** Never in clear in a plan, so it is hashed where it is found; without it the lot works, only its page does not. */
const pagePassword = '/page/password'
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What somebody writes who has seen the other notation elsewhere. */
const otherNotation = /^(?:file:.|env:[A-Za-z_])/s
const notThatWay =
  'is written { "file": "PATH" } or { "env": "NAME" } where it is somewhere else, not "file:PATH" or "env:NAME"'
const notReadable = 'text, or { "file": "PATH" } or { "env": "NAME" } where it is'

/**
 * The plan with every secret in it that it points to, by `{ "file": "PATH" }` or `{ "env": "NAME" }`: passwords, the keys of the
 * lot, and headers of calls. What is not found is told by its place; a line break at the end of a file is not part of it. Of the
 * page's password there is the hash, or what is to be done: it keeps no lot from working.
 */
export function withSecrets(
  plan: unknown,
  places: SecretPlaces,
): { readonly plan: unknown; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  const secret = (value: unknown, field: string): unknown => {
    const wrong = (rule: string) => void mistakes.push({ field, rule })
    if (typeof value === 'string' && otherNotation.test(value)) return wrong(notThatWay)
    if (!isReference(value)) return isObject(value) ? wrong(`is ${notReadable}`) : value
    const text = lookUp(value, places)
    if (field === pagePassword) return hashedPage(value, text)
    return typeof text === 'string' ? text : wrong(text.rule)
  }
  const found = (value: unknown, field: string, isSecret: boolean): unknown => {
    if (isSecret) return secret(value, field)
    if (Array.isArray(value)) return value.map((one, index) => found(one, `${field}/${index}`, false))
    if (!isObject(value)) return value
    const isHeaders = field.endsWith('/gate/headers')
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        found(one, `${field}/${name}`, isHeaders || secretNames.includes(name)),
      ]),
    )
  }
  return { plan: found(plan, '', false), mistakes }
}

type Reference = { readonly file: string } | { readonly env: string }
const isReference = (value: unknown): value is Reference =>
  isObject(value) &&
  Object.keys(value).length === 1 &&
  (typeof value.file === 'string' || typeof value.env === 'string')

function lookUp(reference: Reference, { env, readFile }: SecretPlaces): string | { readonly rule: string } {
  if ('env' in reference) {
    const text = env[reference.env]
    return text === undefined || text === ''
      ? { rule: `points to the environment variable ${reference.env}, which is not set` }
      : text
  }
  try {
    return readFile(reference.file).replace(/\r?\n$/, '')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { rule: `points to the file ${reference.file}, which cannot be read (${code ?? message})` }
  }
}

function hashedPage(reference: Reference, text: ReturnType<typeof lookUp>): string | { readonly todo: string } {
  if (typeof text !== 'string')
    return {
      todo:
        'env' in reference
          ? `set the environment variable ${reference.env}`
          : `write the password of the page into ${reference.file}, for the agent to read (page.password in the plan ${text.rule})`,
    }
  const hash = hashFound(text)
  return hash.ok ? hash.value : { todo: `${hash.error} (page.password in the plan)` }
}
