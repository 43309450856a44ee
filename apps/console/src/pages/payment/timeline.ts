import type { PaymentStory } from '@lanepay/cloud/payment/api.ts'

export type Step = 'ordered' | 'scanned' | 'paid' | 'cleared' | 'opened' | 'silent' | 'refund-asked' | 'refund-done'
type Line = { readonly key: string; readonly at: number; readonly what: Step; readonly by?: string }

/** What became of a payment, the first first; what came at one instant in the order in which it must have been. */
export function timelineOf(story: PaymentStory): readonly Line[] {
  const lines: Omit<Line, 'key'>[] = [{ at: story.createdAt, what: 'ordered' }]
  if (story.scannedAt !== null) lines.push({ at: story.scannedAt, what: 'scanned' })
  if (story.paidAt !== null) lines.push({ at: story.paidAt, what: 'paid' })
  if (story.clearedAt !== null) lines.push({ at: story.clearedAt, what: 'cleared' })
  for (const gate of story.gates) lines.push({ at: gate.at, what: gate.silent ? 'silent' : 'opened' })
  for (const { askedAt, doneAt, askedBy } of story.refunds) {
    lines.push({ at: askedAt, what: 'refund-asked', ...(askedBy === null ? {} : { by: askedBy }) })
    if (doneAt !== null) lines.push({ at: doneAt, what: 'refund-done' })
  }
  return lines.toSorted((a, b) => a.at - b.at).map((line, at) => ({ ...line, key: String(at) }))
}
