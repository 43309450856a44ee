/* What a wire carried is shown to whoever looks; what would open a door is not. */

const secret =
  /^(?:.*[-_]?(?:secret|password|passwd|private[-_]?key|api[-_]?v3[-_]?key|session[-_]?key)|(?:access|refresh|auth|app_auth)[-_]?token|authorization|cookie|set-cookie|auth_code|brokerpassword)$/i
const signature = /^(?:sign|paysign|.*signature)$/i
const longestText = 400

/** A message as a person may see it: secrets gone, signatures cut short, pictures and other long texts named by length. */
export function redact(value: unknown, name = ''): unknown {
  if (value === null || value === undefined) return value
  if (secret.test(name)) return '•••'
  if (typeof value === 'string') return shortened(value, name)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return `(${value.length} bytes)`
  if (Array.isArray(value)) return value.map((one) => redact(one, name))
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redact(inner, key)]))
}

function shortened(text: string, name: string): string {
  if (signature.test(name) && text.length > 12) return `${text.slice(0, 8)}…`
  if (text.length <= longestText) return redactText(text)
  return `${redactText(text.slice(0, 60))}… (${text.length} characters)`
}

const inText =
  /((?:secret|password|access_token|refresh_token|app_auth_token|auth_token|auth_code|[?&]code|[?&]state|cookie|authorization)"?\s*[=:]\s*"?)([^"&\s;,}]+)/gi

/** The same for text that was not taken apart: a raw message, an address. */
export const redactText = (text: string): string => text.replaceAll(inText, '$1•••')
