import type { Mistake } from './schema-words.ts'

/** Where secrets are that a plan only points to. */
export type SecretPlaces = {
  readonly env: { readonly [name: string]: string | undefined }
  /** The text of a file. @throws Error when it cannot be read. */
  readonly readFile: (path: string) => string
}

const secretNames: readonly string[] = ['agentSecret', 'cameraKey', 'password']
/** The page's is never in clear, and says in its own way where it is (page/password.ts). */
const notHere = '/page/password'
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The plan with every secret in it that it points to, by `{ "file": "PATH" }` or `{ "env": "NAME" }`: passwords, the two keys of the
 * lot, and headers of calls. What is not found is told by its place; a line break at the end of a file is not part of it.
 */
export function withSecrets(
  plan: unknown,
  places: SecretPlaces,
): { readonly plan: unknown; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  const found = (value: unknown, field: string, isSecret: boolean): unknown => {
    if (isSecret && isReference(value)) {
      const text = lookUp(value, places)
      if (typeof text === 'string') return text
      mistakes.push({ field, rule: text.rule })
      return undefined
    }
    if (Array.isArray(value)) return value.map((one, index) => found(one, `${field}/${index}`, false))
    if (!isObject(value)) return value
    const isHeaders = field.endsWith('/gate/headers')
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        found(one, `${field}/${name}`, (isHeaders || secretNames.includes(name)) && `${field}/${name}` !== notHere),
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
