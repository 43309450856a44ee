import type { ShareRule } from './rule.ts'

export type RuleMistake = { readonly field: string; readonly rule: string }

/** So many receivers one request takes, through either channel (wechat-pay.md 14.1, alipay.md 9.2). */
export const mostParties = 50

/**
 * What a rule can never keep, all of it at once: more than there is to give, or more than the channel shares of a payment. A
 * fixed amount cannot be judged beforehand; from a payment that is too small for it, less is paid (`partsOf`).
 */
export function mistakesIn(rule: ShareRule, lot: { readonly platformFeeBasisPoints: number }): readonly RuleMistake[] {
  const { parties, limitBasisPoints } = rule
  const mistakes: RuleMistake[] = []
  const say = (field: string, saying: string): void => {
    mistakes.push({ field, rule: saying })
  }
  if (parties.length > mostParties) say('/parties', `at most ${mostParties}`)
  for (const [n, { party, order, takes }] of parties.entries()) {
    if (parties.findIndex((one) => one.party === party) < n) say(`/parties/${n}/party`, `${party} is there twice`)
    if (parties.findIndex((one) => one.order === order) < n) say(`/parties/${n}/order`, `${order} is there twice`)
    if ((party === '0') !== (takes === 'platform-fee'))
      say(`/parties/${n}/takes`, 'the platform (party 0) takes platform-fee, and nobody else does')
  }
  const shared = parties.reduce((sum, { takes }) => sum + ofTakes(takes, lot.platformFeeBasisPoints), 0)
  const partners = parties.reduce((sum, { takes }) => sum + ofTakes(takes, 0), 0)
  const whole = partners + lot.platformFeeBasisPoints
  if (whole > 10_000) say('/parties', `${percent(whole)} with the platform's fee: at most 100 %`)
  if (shared > limitBasisPoints)
    say('/parties', `${percent(shared)}: the channel shares at most ${percent(limitBasisPoints)} of a payment`)
  return mistakes
}

const ofTakes = (takes: ShareRule['parties'][number]['takes'], platformFeeBasisPoints: number): number => {
  if (takes === 'platform-fee') return platformFeeBasisPoints
  return 'basisPoints' in takes ? takes.basisPoints : 0
}
const percent = (basisPoints: number): string => `${basisPoints / 100} %`
