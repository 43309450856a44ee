import { isJpeg } from '@lanepay/domain/jpeg.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { AskError, CloudEnd } from '@lanepay/lot-link/cloud-end.ts'
import { type Ability, abilities, type LotError, type LotSystem, unreadable } from '../lot-system.ts'

/**
 * It opens when nothing is owed by our command, so that it is told once, and goes by its lists without asking; its lanes are those of its
 * plan, and who is inside, came and went is its log. Of the others the lot link has no word.
 */
const lacking: readonly Ability[] = [
  'opens-when-nothing-owed',
  'closes-gate',
  'holds-gate-open',
  'asks-before-entry',
  'locks-vehicle',
  'lists-lanes',
  'reports-spaces',
  'lists-inside',
  'lists-passages',
]
/** All that there is but those. */
export const agentAbilities: readonly Ability[] = abilities.filter((one) => !lacking.includes(one))

/** It may have to be made smaller first, on a small box. */
const pictureTakesMs = 4_000

/** A hosted lot: our own agent at the other end of the lot link. */
export function agentLotSystem(options: {
  readonly link: CloudEnd
  readonly isOnline: (lot: LotKey) => boolean
  readonly answerWithinMs: number
  /** An admission is answered when the gate has moved, or stayed silent: this much longer. */
  readonly gateMovesWithinMs: number
}): LotSystem {
  const { link, answerWithinMs } = options
  const device = (lot: LotKey) => ({ bucket: lot.bucket, lotId: lot.lotId, device: 'agent' })
  const translated = (lot: LotKey, error: AskError): LotError =>
    error.kind === 'refused' ? error : { kind: 'offline', ...(options.isOnline(lot) ? {} : { absent: true }) }
  return {
    isOnline: options.isOnline,
    abilitiesOf: async () => agentAbilities,
    quote: async (lot, by) => {
      const answer = await link.ask(
        device(lot),
        { kind: 'quote', by: 'lane' in by ? { lane: by.lane } : by },
        answerWithinMs,
      )
      if (!answer.ok) return err(translated(lot, answer.error))
      return 'quote' in answer.value ? ok(answer.value.quote) : unfitting()
    },
    admitUnplated: async (lot, { lane, pass, requestId }) => {
      const answer = await link.ask(
        device(lot),
        { kind: 'admit-unplated', lane, pass },
        answerWithinMs + options.gateMovesWithinMs,
        requestId,
      )
      if (!answer.ok) return err(translated(lot, answer.error))
      return 'admitted' in answer.value ? ok(answer.value.admitted) : unfitting()
    },
    picture: async (lot, { lane, at }) => {
      const wanted = { kind: 'picture' as const, lane, ...(at === null ? {} : { at }) }
      const answer = await link.ask(device(lot), wanted, answerWithinMs + pictureTakesMs)
      if (!answer.ok) return err(translated(lot, answer.error))
      if (!('picture' in answer.value)) return unfitting()
      const { picture } = answer.value
      const jpeg = Buffer.from(picture.jpeg, 'base64')
      // Whatever a lot says is shown as a picture and as nothing else.
      const fits = isJpeg(jpeg) && (at === null || picture.at === at)
      return fits && picture.lane === lane ? ok({ at: picture.at, jpeg }) : unfitting()
    },
    status: async (lot) => {
      const answer = await link.ask(device(lot), { kind: 'status' }, answerWithinMs)
      if (!answer.ok) return err(translated(lot, answer.error))
      if (!('status' in answer.value)) return unfitting()
      const { inside, version = null, devices = null } = answer.value.status
      return ok({ inside, version, devices, spaces: null })
    },
  }
}

const unfitting = (): Result<never, LotError> => err(unreadable('the answer does not fit the question'))
