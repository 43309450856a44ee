import { rightRefusalSays } from '@lanepay/cloud/refund/right.ts'
import { type ChangeCardError, cardsOf, changeCard } from '@lanepay/cloud/withdrawal/card.ts'
import { type PayoutCard, parseCardFile } from '@lanepay/cloud/withdrawal/card-file.ts'
import { cardLockMs } from '@lanepay/cloud/withdrawal/decide.ts'
import { heldChangesOf } from '@lanepay/cloud/withdrawal/held-card.ts'
import type { HeldChangeRow } from '@lanepay/cloud/withdrawal/held-store.ts'
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
  FILE: the bank card or the account at Alipay, as JSON; delete it afterwards
  Where the channel holds the card it is told the new one by the cloud; show says what became of it`

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
    const [kept, held] = [await cardsOf(database, accountId), await heldChangesOf(database, accountId)]
    if (held.length > 0) console.log(heldSay(held))
    if (kept.length > 0 || held.length === 0) console.log(cardsSay(kept))
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

type Shown = Pick<CardVersionRow, 'kind' | 'bank' | 'branch' | 'ending' | 'holder' | 'owner'>
function cardSays({ kind, bank, branch, ending, holder, owner }: Shown): string {
  if (kind === 'none') return 'ended'
  const who = holder === null ? '' : `, ${holder}`
  if (kind === 'alipay') return `Alipay ${ending}${who}`
  return `${bank}${branch === null ? '' : ` ${branch}`} ****${ending}${who} (${owner})`
}

/** Newest first: what its channel was told, and what has become of that. */
const heldSay = (changes: readonly HeldChangeRow[]): string =>
  changes
    .toReversed()
    .map((change) => {
      const when = new Date(change.asked_at).toISOString()
      const ended = change.ended_at === null ? '' : ` at ${new Date(change.ended_at).toISOString()}`
      const because = change.because === null ? '' : `: ${change.because}`
      const about = cardSays({ ...change, kind: 'card' })
      return `${change.version}  ${when}  ${about}, by ${change.asked_by}: ${change.why}  (at the channel: ${change.state}${ended}${because})`
    })
    .join('\n')

/** What a person reads; nothing was done. */
function refusalSays(error: ChangeCardError): string {
  switch (error.kind) {
    case 'account-not-found':
      return 'ACCOUNT: there is no such account in use'
    case 'not-a-reason':
      return '--reason: 1 to 80 characters'
    case 'held-by-channel':
      return 'ACCOUNT: its channel has the card itself, and takes none from here; change it there'
    case 'cannot-be-ended':
      return 'ACCOUNT: its channel has the card itself: another one can be put, and none cannot'
    case 'branch-needed':
      return 'FILE: /branch: the channel finds this account by its branch'
    case 'area-code-needed':
      return 'FILE: /areaCode: the channel finds this account by the city of its branch, six digits'
    case 'area-code-not-kept':
      return 'FILE: /areaCode: only where the channel holds the card is it taken: leave it out'
    case 'not-a-bank-card':
      return 'FILE: /alipay: this account is paid out to a bank card only'
    case 'change-under-way':
      return 'ACCOUNT: another card is with its channel already: wait for what becomes of it'
    case 'no-card':
      return 'ACCOUNT: no card is kept for it'
    case 'changed-meanwhile':
      return 'ACCOUNT: somebody else has changed the card just now: look at it first'
    default:
      return `--by: ${rightRefusalSays(error)}`
  }
}
