import type { Clock } from '@lanepay/domain/clock.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import { type Ability, type AskBy, type LotError, type LotSystem, unreadable } from '../lot-system.ts'
import type { Answer, Message, Quoted } from './api.ts'

/** What the protocol has words for. */
export const ownAbilities: readonly Ability[] = [
  'quotes',
  'quotes-by-lane',
  'accepts-payment',
  'admits-unplated',
  'opens-gate',
  'opens-when-nothing-owed',
  'reports-entry',
  'reports-exit',
]

type Asked = Extract<Message, { kind: 'quote' | 'admit' }>
/** A question without what names it: whoever asks gives it its number and its end. */
export type Question = Asked extends infer Q ? (Q extends Asked ? Omit<Q, 'id' | 'until'> : never) : never

/** A price stands so long; an older one is asked for again before money is taken. */
const priceStandsMs = 60_000

/** A connected lot whose charging software speaks our own protocol: it decides prices and gates (docs/connect.md). */
export function ownLotSystem(options: {
  readonly clock: Clock
  readonly isOnline: (lot: LotKey) => boolean
  /** What of `ownAbilities` this lot's software has said that it cannot. */
  readonly cannot: (lot: LotKey) => Promise<readonly Ability[]>
  /**
   * Asks and waits: nobody there, or no answer in time, is `offline`. With a `requestId` it is one question, and has one answer, however
   * often it is asked.
   */
  readonly ask: (lot: LotKey, question: Question, requestId?: string) => Promise<Result<Answer, LotError>>
  readonly stays: {
    /** The session that the software's record is here, made once; null: there is no such record, and none can be made of this. */
    sessionOf(lot: LotKey, said: Pick<Quoted, 'stay' | 'plate' | 'enteredAt'>): Promise<Id | null>
    /** The software's name for a session of its lot. */
    nameOf(lot: LotKey, session: string): Promise<string | null>
  }
}): LotSystem {
  const { clock, ask, stays } = options

  const asked = async (lot: LotKey, by: AskBy): Promise<Result<Extract<Question, { kind: 'quote' }>, LotError>> => {
    if (!('session' in by)) return ok({ kind: 'quote', by })
    const stay = await stays.nameOf(lot, by.session)
    return stay === null ? err({ kind: 'refused', because: 'no-session' }) : ok({ kind: 'quote', by: { stay } })
  }

  const quote = async (lot: LotKey, by: AskBy): Promise<Result<QuoteAnswer, LotError>> => {
    const question = await asked(lot, by)
    if (!question.ok) return question
    const asking = await ask(lot, question.value)
    if (!asking.ok) return asking
    const answer = asking.value
    if (!answer.ok) return refused(answer)
    if (answer.kind !== 'quote') return unfitting('the answer is of another kind')
    const { priceFen, paidFen, leaveMinutes } = answer
    const plate = tidyPlate(answer.plate)
    // Whoever asked by one vehicle is never shown another.
    if ('plate' in by && plate !== tidyPlate(by.plate)) return unfitting('the answer is of another plate')
    if ('stay' in question.value.by && answer.stay !== question.value.by.stay)
      return unfitting('the answer is of another stay')
    const lines = answer.lines?.map(({ text, amountFen }) => lineOf(amountFen, text)) ?? [
      lineOf(priceFen, '停车费', 'Parking'),
    ]
    if (lines.reduce((sum, line) => sum + line.amountFen, 0) !== priceFen)
      return unfitting('the lines are not the price')
    const session = await stays.sessionOf(lot, { ...answer, plate })
    if (session === null) return err({ kind: 'refused', because: 'no-session' })
    const quotedAt = clock.now()
    return ok({
      ...{ session, plate, pass: isPass(plate), enteredAt: answer.enteredAt },
      // One stay stands in the lane, until another does: the stay is the occupancy.
      ...('lane' in by ? { lane: by.lane, occupancy: session } : {}),
      ...{ quotedAt, expiresAt: quotedAt + priceStandsMs },
      ...{ priceFen, paidFen, owedFen: Math.max(0, priceFen - paidFen), leaveMinutes },
      lines,
    })
  }

  return {
    isOnline: options.isOnline,
    abilitiesOf: async (lot) => {
      const cannot = await options.cannot(lot)
      return ownAbilities.filter((one) => !cannot.includes(one))
    },
    quote,
    admitUnplated: async (lot, { lane, pass, requestId }) => {
      const asking = await ask(lot, { kind: 'admit', lane, pass }, requestId)
      if (!asking.ok) return asking
      const answer = asking.value
      if (!answer.ok) return refused(answer)
      return answer.kind === 'admit' ? ok({ gate: answer.gate }) : unfitting('the answer is of another kind')
    },
    // The protocol has no word for either.
    picture: async () => err({ kind: 'refused', because: 'unsupported' }),
    status: async () => err({ kind: 'refused', because: 'unsupported' }),
  }
}

const refused = ({ because, detail }: Extract<Answer, { ok: false }>): Result<never, LotError> =>
  err({ kind: 'refused', because, ...(detail === undefined ? {} : { detail, said: detail }) })
const unfitting = (detail: string): Result<never, LotError> => err(unreadable(detail))
/** In the software's own words, whatever the language of the page. */
const lineOf = (amountFen: number, text: string, en = text) => ({
  kind: 'unit',
  text: { 'zh-CN': text, en },
  amountFen,
})
