import { lastDigitHolds } from '@lanepay/domain/applicant/bank-card.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

/*
 * Where an account is paid out to, as a person writes it down: a bank card or a company's account, or an account at Alipay. In a file
 * and never on a command line, where others can read it.
 */
const closed = { additionalProperties: false } as const
const words = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\x00-\\x1f\\x7f]*$' })
const BankCard = Type.Object(
  {
    number: Type.String(),
    holder: words,
    owner: Type.Union([Type.Literal('person'), Type.Literal('company')]),
    bank: words,
    /** Where the channel finds the account by it. */
    branch: Type.Optional(words),
    /** Of the branch's city (GB/T 2260), for a channel that holds the card itself. */
    areaCode: Type.Optional(Type.String({ pattern: '^[1-9]\\d{5}$' })),
  },
  closed,
)
const AlipayAccount = Type.Object({ alipay: Type.String(), holder: words }, closed)
const [bankCard, alipayAccount] = [Compile(BankCard), Compile(AlipayAccount)]

export type PayoutCard =
  | ({ readonly kind: 'card' } & Static<typeof BankCard>)
  | ({ readonly kind: 'alipay' } & Static<typeof AlipayAccount>)
export type CardMistake = { readonly field: string; readonly rule: string }

/** Reads the file; every mistake at once, with its place, and never what was written there. */
export function parseCardFile(unchecked: unknown): Result<PayoutCard, readonly CardMistake[]> {
  const isAlipay = typeof unchecked === 'object' && unchecked !== null && 'alipay' in unchecked
  if (isAlipay) {
    if (!alipayAccount.Check(unchecked)) return err(mistakesOf(alipayAccount.Errors(unchecked)))
    const alipay = unchecked.alipay.trim()
    return isAlipayName(alipay)
      ? ok({ kind: 'alipay', ...unchecked, alipay })
      : err([
          { field: '/alipay', rule: 'must be a login (an e-mail address or a telephone number) or 2088 and 12 digits' },
        ])
  }
  if (!bankCard.Check(unchecked)) return err(mistakesOf(bankCard.Errors(unchecked)))
  const number = unchecked.number.replace(/[ -]/g, '')
  const rule = numberRule[unchecked.owner]
  return rule.holds(number) ? ok({ kind: 'card', ...unchecked, number }) : err([{ field: '/number', rule: rule.says }])
}

const mistakesOf = (errors: readonly { readonly instancePath: string; readonly message: string }[]) =>
  errors.map(({ instancePath, message }) => ({ field: instancePath || '/', rule: message }))

const numberRule = {
  person: {
    holds: (number: string) => /^\d{16,19}$/.test(number) && lastDigitHolds(number),
    says: 'must be 16 to 19 digits, the last of them right: read it again',
  },
  company: { holds: (number: string) => /^\d{8,30}$/.test(number), says: 'must be 8 to 30 digits' },
} as const

const isAlipayName = (text: string): boolean =>
  /^(?:[^\s@]{1,60}@[^\s@]{1,60}\.[^\s@]{1,20}|1\d{10}|2088\d{12})$/.test(text)

/** What is shown of it, ever: the end of a number, the beginning of a name. */
export function maskedCard(card: PayoutCard): { readonly ending: string; readonly holder: string } {
  const holder = beginning(card.holder)
  if (card.kind === 'card') return { ending: card.number.slice(-4), holder }
  const [login, host] = card.alipay.split('@') as [string, string | undefined]
  return {
    ending: host === undefined ? `${login.slice(0, 3)}****${login.slice(-4)}` : `${beginning(login)}@${host}`,
    holder,
  }
}

const beginning = (text: string): string => {
  const [first = '', ...rest] = [...text]
  return first + '*'.repeat(rest.length)
}
