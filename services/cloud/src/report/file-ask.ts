import { type Static, Type } from 'typebox'

/** What a route that answers a file is asked, beside what its list is asked: in which form, and in which language. */
export const fileAsk = {
  as: Type.Optional(Type.Union([Type.Literal('xlsx'), Type.Literal('csv')])),
  lang: Type.Optional(Type.Union([Type.Literal('zh'), Type.Literal('en')])),
}
const FileAsk = Type.Object(fileAsk)
export type FileAsk = Static<typeof FileAsk>
