import type { WrittenParty } from './rule-file.ts'

/** A party that takes ten per cent, as a person writes it. */
export const aParty = (told: Partial<WrittenParty> = {}): WrittenParty => ({
  party: '2001',
  order: 1,
  takes: { basisPoints: 1000 },
  receiver: { kind: 'merchant', account: '1900000201', name: '阳光商场' },
  description: '停车费分润',
  onRefund: 'taken-back',
  ifNotPaid: 'operator',
  ifNotReturned: 'operator',
  ...told,
})
