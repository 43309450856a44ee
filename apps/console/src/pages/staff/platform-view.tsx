import { useTexts } from '../../kit/language.ts'
import { Persons } from './persons.tsx'
import { platformRoles } from './roles.ts'
import { texts } from './texts.ts'

/** The platform's own persons, and partners. */
export default function PlatformStaff() {
  const t = useTexts(texts)
  return <Persons title={t.platformTitle} base="/api/platform/staff" at="platform" roles={platformRoles} />
}
