import { rightRefusalSays } from '@lanepay/cloud/refund/right.ts'
import { type ChangeCardError, cardsOf, changeCard } from '@lanepay/cloud/withdrawal/card.ts'
import { type PayoutCard, parseCardFile } from '@lanepay/cloud/withdrawal/card-file.ts'
import { cardLockMs } from '@lanepay/cloud/withdrawal/decide.ts'
import type { CardVersionRow } from '@lanepay/cloud/withdrawal/store.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { keptClock } from './kept-clock.ts'
import { openLiveData } from './live-data.ts'
import { withCode } from './second-factor.ts'
import { typed } from './typed.ts'
import { whoMay } from './who-may.ts'

const usage = `lanepay card put ACCOUNT FILE --by NAME --reason TEXT
lanepay card end ACCOUNT --by NAME --reason TEXT
lanepay card show ACCOUNT
  ACCOUNT: of the plan of the operator's lots
  FILE: the bank card or the account at Alipay, as JSON; delete it afterwards`

/**
 * `lanepay card put|end|show`: where an account's money is paid out to. A change always asks for the code of the person's
 * authenticator; what is shown is masked.
 */
export async function runCard(args: readonly string[]): Promise<void> {
  const { task, accountId, file, by, reason } = readArgs(args)
  const settings = readOrTell()
  const card: PayoutCard | null = task === 'put' ? readPlanOrTell(file, usage, parseCardFile) : null
  const data = await openLiveData(settings)
  try {
    const { database } = data
    if (task !== 'show') {
      const about = `account ${accountId}`
      const whose = await whoMay(settings, usage, database, { by, act: 'cards.change', lot: null, about })
      const { rights, take } = whose
      const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
      const why = `Where money goes needs the code of ${by}'s authenticator.`
      const changed = await withCode({ home: settings.home, by: whose.by, why, take }, (secondFactor) =>
        changeCard(
          { database, clock: keptClock(settings.home), codeClock: systemClock, houseKey, rights },
          { accountId, card, by: whose.by, reason, secondFactor },
        ),
      )
      if (!changed.ok) throw new Told(refusalSays(changed.error))
    }
    console.log(cardsSay(await cardsOf(database, accountId)))
  } finally {
    await data.close()
  }
}

function readArgs(args: readonly string[]) {
  const options = { by: { type: 'string' }, reason: { type: 'string' } } as const
  const parsed = typed(args, options, usage)
  const [task, account = '', file, ...more] = parsed.positionals
  const { by, reason } = parsed.values
  if (task !== 'put' && task !== 'end' && task !== 'show') throw new Told(usage)
  if (more.length > 0 || (task === 'put') !== (file !== undefined)) throw new Told(usage)
  if ((task === 'show') !== (by === undefined) || (task === 'show') !== (reason === undefined)) throw new Told(usage)
  if (!/^[1-9]\d{0,8}$/.test(account)) throw new Told(`ACCOUNT: "${account}" is no number of an account`)
  return { task, accountId: Number(account), file, by: by ?? '', reason: reason ?? '' }
}

/** Newest first: the first line is what holds. */
function cardsSay(cards: readonly CardVersionRow[]): string {
  if (cards.length === 0) return 'no card was ever put'
  const lines = cards.toReversed().map((card, at) => {
    const when = new Date(card.changed_at).toISOString()
    const lock = new Date(card.changed_at + cardLockMs).toISOString()
    const holds = at === 0 && card.kind !== 'none' ? `  (holds; at once from ${lock} on)` : ''
    return `${card.version}  ${when}  ${cardSays(card)}, by ${card.changed_by}: ${card.why}${holds}`
  })
  return lines.join('\n')
}

function cardSays({ kind, bank, branch, ending, holder, owner }: CardVersionRow): string {
  if (kind === 'none') return 'ended'
  const who = holder === null ? '' : `, ${holder}`
  if (kind === 'alipay') return `Alipay ${ending}${who}`
  return `${bank}${branch === null ? '' : ` ${branch}`} ****${ending}${who} (${owner})`
}

/** What a person reads; nothing was done. */
function refusalSays(error: ChangeCardError): string {
  switch (error.kind) {
    case 'account-not-found':
      return 'ACCOUNT: there is no such account in use'
    case 'not-a-reason':
      return '--reason: 1 to 80 characters'
    case 'held-by-channel':
      return 'ACCOUNT: its channel has the card itself, and is told none; change it there'
    case 'branch-needed':
      return 'FILE: /branch: Alipay finds a company’s account by its branch'
    case 'not-a-bank-card':
      return 'FILE: /alipay: this account is paid out by a bank, to a bank card'
    case 'no-card':
      return 'ACCOUNT: no card is kept for it'
    case 'changed-meanwhile':
      return 'ACCOUNT: somebody else has changed the card just now: look at it first'
    default:
      return `--by: ${rightRefusalSays(error)}`
  }
}
