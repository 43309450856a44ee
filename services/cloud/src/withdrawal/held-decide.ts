import type { Applications, CardChangeState } from '@lanepay/channels/applications.ts'

/*
 * What becomes of a change of a card that a channel holds, by what the channel answers. It is sent once: the channel gives it its number, so
 * an unclear answer cannot be asked about by one of ours, and is held against the card that the channel has (domain.md 6).
 */

type Answer<Call extends keyof Applications> = Awaited<ReturnType<Applications[Call]>>
export type HeldNext =
  | { readonly to: 'checking'; readonly channelNo: string }
  /** The channel has not even looked at it: it is sent again, later. */
  | { readonly to: 'asked' }
  | { readonly to: 'applied' }
  | { readonly to: 'refused' | 'lost'; readonly because: string }
  /** Nothing is known yet: asked again. */
  | { readonly to: 'wait'; readonly unclear: string | null }

/** So long an answer that never came is looked for; longer than a channel checks a card. */
export const unclearForMs = 24 * 3_600_000
/** So long a check may take that the channel has confirmed to have begun. */
export const checkedForMs = 30 * 24 * 3_600_000

/** The channel's refusal in its own words, at most 200 characters: it names fields and never what was in them. */
const said = (...words: readonly string[]): string =>
  words
    .filter((word) => word !== '')
    .join('; ')
    .slice(0, 200)

/** By the answer to the change itself. */
export function decideSent(answer: Answer<'changeCard'>): HeldNext {
  if (answer.ok) return { to: 'checking', channelNo: answer.value.changeNo }
  const { error } = answer
  switch (error.kind) {
    case 'to-mend':
      return { to: 'refused', because: said(...error.toMend.map(({ why }) => why)) || 'to-mend' }
    case 'refused':
      return { to: 'refused', because: said(`${error.code}: ${error.message}`) }
    case 'unclear':
      // Too often or too fast: turned away at the door, before anything was read of it.
      return /FREQUENC|RATE_?LIMIT/i.test(error.code) ? { to: 'asked' } : { to: 'wait', unclear: error.code }
    case 'already-paid':
    case 'number-used':
    case 'papers-lost':
      return { to: 'refused', because: error.kind }
  }
}

/** By the card that the channel has now: whether an answer that was lost had been a yes. */
export function decideUnclear(
  of: { readonly ending: string; readonly endingBefore: string | null; readonly sentAt: number },
  answer: Answer<'cardIs'>,
  now: number,
): HeldNext {
  if (answer.ok && answer.value.ending === of.ending && of.endingBefore !== of.ending)
    return answer.value.verified === false
      ? { to: 'refused', because: said(answer.value.why ?? '') || 'VERIFY_FAIL' }
      : { to: 'applied' }
  if (now >= of.sentAt + unclearForMs)
    return { to: 'lost', because: 'no answer: whether the channel took it is not known' }
  return { to: 'wait', unclear: answer.ok ? null : answer.error.kind }
}

/** By what the channel says of the change under its own number. */
export function decideChecked(
  { sentAt }: { readonly sentAt: number },
  answer: Answer<'queryCard'>,
  now: number,
): HeldNext {
  const heard: CardChangeState['state'] | null = answer.ok ? answer.value.state : null
  if (heard === 'done') return { to: 'applied' }
  if (answer.ok && answer.value.state === 'refused')
    return { to: 'refused', because: said(answer.value.why) || 'AUDIT_FAIL' }
  if (now >= sentAt + checkedForMs) return { to: 'lost', because: 'no end: the channel has not said what became of it' }
  return { to: 'wait', unclear: answer.ok ? null : answer.error.kind }
}
