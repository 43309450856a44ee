import { type Static, Type } from 'typebox'

/** What a route that answers a file is asked, beside what its list is asked: in which form, and in which language. */
export const fileAsk = {
  as: Type.Optional(Type.Union([Type.Literal('xlsx'), Type.Literal('csv')])),
  lang: Type.Optional(Type.Union([Type.Literal('zh'), Type.Literal('en')])),
}
/** Of a list that a screen has as a whole: `text` narrows its file as it narrows the screen. */
export const wholeFileAsk = {
  text: Type.Optional(Type.String({ maxLength: 60, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })),
  ...fileAsk,
}
export const WholeFileQuery = Type.Object(wholeFileAsk, { additionalProperties: false })
const FileAsk = Type.Object(fileAsk)
export type FileAsk = Static<typeof FileAsk>
