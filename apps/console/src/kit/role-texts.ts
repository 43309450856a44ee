import type { Role } from '@lanepay/cloud/staff/api.ts'
import { roleWords } from '@lanepay/domain/role-words.ts'
import type { Both, Language } from './language.ts'

const inOne = (language: Language) =>
  Object.fromEntries(Object.entries(roleWords).map(([role, names]) => [role, names[language]])) as Record<Role, string>

/** What roles are called. */
export const roleTexts: Both<Readonly<Record<Role, string>>> = { zh: inOne('zh'), en: inOne('en') }
