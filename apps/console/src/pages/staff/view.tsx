import { useTexts } from '../../kit/language.ts'
import { Persons } from './persons.tsx'
import { operatorRoles } from './roles.ts'
import { SoftwareStaff } from './software-staff.tsx'
import { texts } from './texts.ts'

/** The persons of the operator on the screen. */
export default function Staff() {
  const t = useTexts(texts)
  return (
    <>
      <Persons title={t.title} base="~/staff" at="operator" roles={operatorRoles} />
      <SoftwareStaff />
    </>
  )
}
