import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotError } from '../lot-system.ts'
import { parseObject } from '../raw.ts'
import { textOf, wholeOf } from '../values.ts'
import { daoerSign } from './sign.ts'

/** The body of a call: signed last, over all that is in it (third-party-wallets.md B.1). */
export function daoerBody(
  settings: { readonly pid: string; readonly key: string },
  now: number,
  serviceName: string,
  bizContent: Readonly<Record<string, unknown>>,
): string {
  const body = { pid: settings.pid, serviceName, timestamp: Math.floor(now / 1000), bizContent }
  return JSON.stringify({ ...body, sign: daoerSign(JSON.stringify(body), settings.key) })
}

export const done = 200
/** The same payment again. */
export const repeated = [405, 6006]

/** What the answer's code says, and its data where it is 200; the code of a refusal goes along with it. */
export function daoerAnswer(
  body: string,
): Result<{ readonly data: unknown }, { readonly code: number; readonly text: string }> {
  const object = parseObject(body)
  const code = object.ok ? wholeOf(object.value.code) : null
  if (!object.ok || code === null) return err({ code: 500, text: 'not an answer' })
  return code === done ? ok({ data: object.value.data }) : err({ code, text: textOf(object.value.msg) ?? '' })
}

/** Of what is refused, what may be asked again (B.3): the lot is silent, the server failed, or the fee cannot be had just now. */
export function daoerError(
  { code, text }: { code: number; text: string },
  nobody: 'no-session' | 'lane-empty',
): LotError {
  const detail = `${code} ${text}`.trim()
  switch (code) {
    case 500:
    case 6001:
      return { kind: 'offline' }
    case 404:
    case 6003:
      return { kind: 'refused', because: nobody, detail }
    case 6004:
    case 6005:
      return { kind: 'refused', because: 'busy', detail }
    default:
      return { kind: 'refused', because: 'unsupported', detail }
  }
}
