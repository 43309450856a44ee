import type { Account } from './account.ts'
import { type Answer, answered } from './answer.ts'
import { checkFields, type Fields, isNotifyUrl } from './fields.ts'
import { readSensitive, writeSensitive } from './sensitive.ts'

const echoFields: Fields = {
  echo_message: { label: '回显信息', kind: 'text', max: 1024 },
  encrypted_echo_message: { label: '加密回显信息', kind: 'text', max: 1024, optional: true },
  // What would be posted there is not established (wechat-pay.md 1), so it is accepted and nothing is.
  notify_url: { label: '通知地址', kind: 'text', max: 255, check: isNotifyUrl, optional: true },
}

/** `POST /v3/security/echo` (wechat-pay.md 1): says back what it was told, the secret part under the merchant's key. */
export function echo(
  account: Account,
  asked: { readonly body: unknown; readonly serial: string | undefined; readonly now: number },
): Answer {
  const shape = checkFields(echoFields, asked.body, 'body')
  if (shape) return shape
  const { echo_message, encrypted_echo_message: value } = asked.body as Readonly<Record<string, string>>
  if (value === undefined) return answered({ echo_message })
  const read = readSensitive(account, { ...asked, field: '/encrypted_echo_message', value })
  if ('refusal' in read) return read.refusal
  return answered({ echo_message, encrypted_echo_message: writeSensitive(account, read.text) })
}
