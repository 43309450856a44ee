import { useTexts } from '../../kit/language.ts'
import { Persons } from './persons.tsx'
import { operatorRoles } from './roles.ts'
import { texts } from './texts.ts'

/** The persons of the operator on the screen. */
export default function Staff() {
  const t = useTexts(texts)
  return <Persons title={t.title} base="~/staff" at="operator" roles={operatorRoles} />
}
