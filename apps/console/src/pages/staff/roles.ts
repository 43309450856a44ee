import type { Role } from '@lanepay/cloud/staff/api.ts'

/** Which roles there are to give; the server has the same (services/cloud/src/staff/acts.ts), and judges. */
export const operatorRoles: readonly Role[] = ['owner', 'manager', 'finance', 'attendant', 'read-only']
export const platformRoles: readonly Role[] = ['platform-admin', 'reviewer', 'support', 'platform-finance', 'partner']
/** Whoever gives rights to others could give itself the rest, so these see everything. */
export const seesAll = (role: Role): boolean => role === 'owner' || platformRoles.includes(role)
