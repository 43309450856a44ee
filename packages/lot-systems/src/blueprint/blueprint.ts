import { createHash } from 'node:crypto'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, CalledSystem, HttpAsk, HttpSaid, PostAnswer } from '../called.ts'
import { type LotError, notOfIts, saidNo, unreadable } from '../lot-system.ts'
import { parseObject } from '../raw.ts'
import { isSameSign } from '../same-sign.ts'
import { chinaTime, fenOfYuan, instantOf, type Members, objectOf, textOf, wholeOf } from '../values.ts'

/*
 * The file to copy for charging software that we do not call yet: docs/new-lot-system.md goes through it from top to bottom. It is of a
 * vendor that nobody is. What is written in CAPITALS below is what the vendor's description says; the rest may stay.
 */

/** 2. What an operator types. */
export const BlueprintSettings = Type.Object(
  {
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    APP_ID: Type.String({ minLength: 1, maxLength: 64 }),
    SECRET: Type.String({ minLength: 8, maxLength: 128 }),
    LOT: Type.String({ minLength: 1, maxLength: 64 }),
  },
  { additionalProperties: false },
)
type Settings = Static<typeof BlueprintSettings>

/** 1. The signature, over the text as it is sent: hold it to the vendor's printed example before anything else. */
export const blueprintSign = (text: string, secret: string): string =>
  createHash('md5')
    .update(text + secret)
    .digest('hex')

/** 3. One call, signed over the very text that is sent. */
function ask({ settings, now }: Around<Settings>, path: string, said: Members): HttpAsk {
  const body = JSON.stringify({ APP_ID: settings.APP_ID, LOT: settings.LOT, TIME: chinaTime(now), ...said })
  const headers = { 'content-type': 'application/json', SIGN: blueprintSign(body, settings.SECRET) }
  return { method: 'POST', path, headers, body }
}

/**
 * 3. What an answer holds, or why it holds nothing. To be asked again: `offline` (no answer, or the server failed) and `busy`; every other
 * refusal stands. Only the vendor's own "done" is done: what nobody knows is never taken for it.
 */
function answer({ status, body }: HttpSaid, nobody: 'no-session' | 'lane-empty'): Result<Members, LotError> {
  const object = parseObject(body)
  const code = object.ok ? textOf(object.value.CODE) : null
  if (!object.ok || code === null) return err(notOfIts(status))
  const text = textOf(object.value.MESSAGE)
  switch (code) {
    case 'DONE':
      return ok(objectOf(object.value.DATA) ?? {})
    case 'NOBODY':
      return err(saidNo(nobody, code, text))
    case 'SERVER FAILED':
      return err({ kind: 'offline' })
    case 'NOT NOW':
      return err(saidNo('busy', code, text))
    case 'WRONG SIGN':
      return err(saidNo('unauthorised', code, text))
    default:
      return err(saidNo('invalid', code, text))
  }
}

/** 6. What the software is answered when it has told us something. */
const said = (status: number, CODE: string): PostAnswer => ({
  ...{ status, contentType: 'application/json' },
  body: JSON.stringify({ CODE }),
})

export const blueprint: CalledSystem<Settings> = {
  name: 'blueprint',
  title: 'THE VENDOR',
  // 4. What it can: without a word for a car that has no plate there is no `admit` below, and no `admits-unplated` here; without one for the
  // price of whoever stands in a lane no `quotes-by-lane`: then `LANE` goes out of `quote`, which is never asked by it.
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'opens-gate',
    'opens-when-nothing-owed',
    'reports-entry',
    'reports-exit',
  ],
  settings: BlueprintSettings,
  secrets: ['SECRET'],
  // 4. The price: what the vendor says is to be collected, never reckoned from its other figures. Money by `fenOf` or `fenOfYuan`.
  quote: {
    ask: (of, around) => ask(around, '/PRICE', 'plate' in of ? { PLATE: of.plate } : { LANE: of.lane }),
    read: (reply, of) => {
      const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
      const read = answer(reply, nobody)
      if (!read.ok) return read
      const { RECORD, PLATE, ENTERED, DUE, LEAVE_MINUTES, BILL } = read.value
      const [stay, due] = [textOf(RECORD), fenOfYuan(DUE)]
      if (stay === null) return err({ kind: 'refused', because: nobody, detail: 'no record' })
      if (due === null) return err(unreadable('DUE is not in yuan'))
      return ok({
        ...{ stay, plate: textOf(PLATE), enteredAt: instantOf(ENTERED), owedFen: fen(Math.max(0, due)) },
        ...{ leaveMinutes: wholeOf(LEAVE_MINUTES), bill: textOf(BILL) },
      })
    },
  },
  // 5. A payment: always under its one number. "I have had this one" is done.
  paid: {
    ask: ({ stay, bill, payment, amountFen, paidAt, lane }, around) =>
      ask(around, '/PAID', {
        ...{ RECORD: stay, BILL: bill ?? '', NUMBER: payment, FEN: amountFen, PAID_AT: chinaTime(paidAt) },
        ...(lane === null ? {} : { LANE: lane }),
      }),
    read: (reply, { lane }) => {
      const read = answer(reply, 'no-session')
      // `opened` where a payment in a lane opens it; null where it does not: then `open` is called once.
      if (read.ok) return ok({ gate: lane === null ? null : 'opened' })
      // Whether it opened when it had it first, nobody knows.
      const isRepeated = read.error.kind === 'refused' && read.error.detail?.startsWith('HAD IT')
      return isRepeated ? ok({ gate: lane === null ? null : 'silent' }) : read
    },
  },
  open: {
    ask: ({ lane, by }, around) => ask(around, '/OPEN', { LANE: lane, BY: by }),
    read: (reply) => {
      const read = answer(reply, 'lane-empty')
      return read.ok ? ok({ gate: 'opened' }) : read
    },
  },
  // 6. What it tells us: believed over the raw text, and answered as it expects.
  events: ({ headers, body }, { settings }) => {
    const object = parseObject(body)
    if (!isSameSign(blueprintSign(body, settings.SECRET), headers.sign)) return err(said(401, 'WRONG SIGN'))
    if (!object.ok) return err(said(400, 'NO JSON'))
    const { KIND, RECORD, PLATE, LANE, ENTERED, LEFT } = object.value
    const [stay, plate, enteredAt, leftAt] = [textOf(RECORD), textOf(PLATE), instantOf(ENTERED), instantOf(LEFT)]
    const lane = textOf(LANE)
    if (stay === null || plate === null) return err(said(400, 'NO RECORD'))
    const told = said(200, 'DONE')
    if (KIND === 'ENTERED' && enteredAt !== null)
      return ok({ events: [{ kind: 'entered', stay, plate, colour: 'unknown', lane, enteredAt }], answer: told })
    if (KIND === 'LEFT' && leftAt !== null)
      return ok({ events: [{ kind: 'left', stay, plate, enteredAt, lane, leftAt }], answer: told })
    return ok({ events: [], answer: told })
  },
}
