import { acceptLink } from '@lanepay/cloud/staff/link.ts'
import { managing, type NewPerson } from '@lanepay/cloud/staff/manage.ts'
import { selectAccount } from '@lanepay/cloud/staff/manage-store.ts'
import type { Who } from '@lanepay/cloud/staff/route.ts'
import type { StaffDeps } from '@lanepay/cloud/staff/sign-in.ts'

type Person = NewPerson & { readonly operator: string | null }
/** Who sits in the office of the street: one of the platform, the owner of the lot's operator, and an attendant at its exit. */
export const ofTheStreet: readonly Person[] = [
  { account: 'admin', operator: null, role: 'platform-admin', name: '张伟', phone: '13800138000', lots: 'all' },
  { account: 'owner', operator: '1', role: 'owner', name: '王芳', phone: '13700001111', lots: 'all' },
  {
    ...{ account: 'attendant', operator: '1', role: 'attendant', name: '陈杰', phone: '13700003333' },
    lots: [{ lot: 1, lanes: [2] }],
  },
]
/** Whose lot has charging software of its own. */
export const ofTheConnectedLot: readonly Person[] = [
  { account: 'yuehu', operator: '2', role: 'owner', name: '李静', phone: '13600002222', lots: 'all' },
]
const street: Who = { staffId: null, account: 'street', role: 'server', address: '', lookId: null }

/** Opens their accounts with one password for all, those that were never there: who was ended stays so. For simulated money only. */
export async function streetStaff(
  deps: StaffDeps,
  password: string,
  persons: readonly Person[],
): Promise<readonly string[]> {
  const manage = managing(deps)
  for (const { operator, ...asked } of persons) {
    if ((await deps.database.reference.query(selectAccount, [asked.account])).length > 0) continue
    const opened = await manage.open({ operatorId: operator }, street, asked)
    if (!opened.ok) {
      if (opened.error.kind === 'account-taken') continue // ended before
      throw new Error(`the street's ${asked.account} was not opened: ${opened.error.kind}`)
    }
    const set = await acceptLink(deps, opened.value.link, password, '')
    if (!set.ok) throw new Error(`the password of the street's ${asked.account} was not set: ${set.error}`)
  }
  return persons.map(({ account }) => account)
}
