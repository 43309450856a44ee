import type { Id, LotKey } from '@lanepay/domain/types.ts'

/** Where an application stands: at no lot, in a bucket that follows from the millisecond it was made in. */
export const placeOfApplication = (id: string): LotKey => ({
  bucket: Number((BigInt(id) >> 22n) % 256n),
  lotId: 0,
})

/** An application's own key, as every statement about it begins. */
export type ApplicationKey = LotKey & { readonly id: Id }
export const keyOf = (id: string): ApplicationKey => ({ ...placeOfApplication(id), id: id as Id })
