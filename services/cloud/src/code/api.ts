import { type Static, Type } from 'typebox'
import { OrderWord } from '../report/both-ways.ts'
import { fileAsk, wholeFileAsk } from '../report/file-ask.ts'
import { idPattern } from '../staff/api.ts'

/*
 * The codes of a lot, on screens of persons with rights. `:side` is /api/operator or /api/platform/operators/:operator; `:code` names a place,
 * like `exit-2` or `prepay-0`. Instants are ms since 1970 UTC.
 *
 *   GET  :side/lots/:lot/codes                              -> CodesView
 *   POST :side/lots/:lot/codes/:code/replace   EndAsk       -> {version}     another hangs there from now on
 *   POST :side/lots/:lot/codes/:code/revoke    EndAsk       -> {}            of a screen too
 *   GET  :side/lots/:lot/codes/:code/picture   ?as=png|svg [&pixels]
 *   GET  :side/lots/:lot/posters               ?size [&marks=yes] [&code]  -> a PDF
 *   POST :side/lots/:lot/codes/:code/screens   ScreenAsk    -> ScreenMade    the secret is shown once
 *   POST :side/lots/:lot/patrols               {}           -> {patrol}
 *   GET  :side/lots/:lot/patrols               [?show, text, order, before] -> PatrolsView
 *   GET  :side/lots/:lot/codes-file            ?as=xlsx|csv&lang -> the file
 *   GET  :side/lots/:lot/patrols-file          [?show, text, order] as=xlsx|csv&lang -> the file
 *   GET  :side/lots/:lot/patrols/:patrol                    -> PatrolView
 *   POST :side/lots/:lot/patrols/:patrol/found FoundAsk     -> FoundView
 *   POST :side/lots/:lot/patrols/:patrol/end   {}           -> {}
 *   GET  :side/lots/:lot/patrols/:patrol/sheet              -> a PDF; before it began: patrols/next/sheet, the list to take along
 *   POST /api/platform/operators/:operator/lots/:lot/aliases         AliasAsk     -> {alias}
 *   POST /api/platform/operators/:operator/lots/:lot/aliases/remove  AliasGoneAsk -> {}
 *
 * What a screen in a lane asks, with `authorization: Bearer SECRET` (or Basic, the secret as password):
 *   GET  /api/lane-screen/code  [?as=png|svg [&pixels]]     -> ScreenView, or the picture
 */

const strict = { additionalProperties: false } as const
const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))
const nullable = <T>(schema: Type.TUnsafe<T>) => Type.Unsafe<T | null>(Type.Union([schema, Type.Null()]))

export const codeStates = ['live', 'replaced', 'revoked'] as const
export const foundVerdicts = ['right', 'stale', 'revoked', 'swapped', 'foreign', 'not-ours', 'missing'] as const
export type FoundVerdict = (typeof foundVerdicts)[number]
export const posterSizeNames = ['a4', 'a3', 'lightbox', 'sticker'] as const
export type PosterSizeName = (typeof posterSizeNames)[number]

/** One line, as it is shown to others. */
const line = (most: number) =>
  Type.String({ pattern: `^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{0,${most - 1}}$` })
const Reason = Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{2,199}$' })
/** Counts from 1, for people; a token seals one less. */
const Version = Type.Integer({ minimum: 1, maximum: 4096 })

export const CodeParams = Type.Object({ code: Type.String({ pattern: '^(?:entry|exit|prepay)-(?:0|[1-9]\\d{0,2})$' }) })
export const PatrolParams = Type.Object({ patrol: Type.String({ pattern: idPattern }) })
/** Which of the codes there is meant: whoever names one that has ended meanwhile has not seen what hangs now. */
export const EndAsk = Type.Object({ version: Version, reason: Reason }, strict)
export const ScreenAsk = Type.Object(
  {
    name: line(40),
    /** How long each code is good, in seconds. The screen asks again in half of it. */
    goodSeconds: Type.Integer({ minimum: 10, maximum: 600 }),
  },
  strict,
)
export const AliasAsk = Type.Object({ alias: line(400), code: CodeParams.properties.code }, strict)
export const AliasGoneAsk = Type.Object({ alias: line(200), reason: Reason }, strict)
export const FoundAsk = Type.Object(
  {
    code: CodeParams.properties.code,
    /** What was scanned there, or the check number that was typed; `null`: nothing hangs there. */
    found: nullable(Type.Unsafe<string>(Type.String({ minLength: 1, maxLength: 2000 }))),
  },
  strict,
)
const Pixels = Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d{2}|[1-3]\\d{3})$' }))
export const PictureQuery = Type.Object({ as: literals(['png', 'svg']), pixels: Pixels }, strict)
export const ScreenQuery = Type.Object({ as: Type.Optional(literals(['png', 'svg'])), pixels: Pixels }, strict)
export const PostersQuery = Type.Object(
  {
    size: literals(posterSizeNames),
    marks: Type.Optional(literals(['yes'])),
    code: Type.Optional(CodeParams.properties.code),
  },
  strict,
)
const patrols = {
  /** Those that go on, those by which something was not right, or everything was. */
  show: Type.Optional(literals(['going', 'wrong', 'right'])),
  /** A part of the account of whoever began it. */
  text: Type.Optional(Type.String({ maxLength: 40, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })),
  order: OrderWord,
}
export const PatrolsQuery = Type.Object(
  { ...patrols, before: Type.Optional(Type.String({ pattern: idPattern })) },
  strict,
)
export type PatrolsQuery = Static<typeof PatrolsQuery>
export const PatrolsFileQuery = Type.Object({ ...patrols, ...fileAsk }, strict)

export const FileQuery = Type.Object(wholeFileAsk, strict)

export type CodeState = (typeof codeStates)[number]
export type CodeVersion = {
  readonly version: number
  readonly state: CodeState
  /** Null: before codes were kept. */
  readonly madeAt: number | null
  readonly madeBy: string | null
  readonly endedAt: number | null
  readonly endedBy: string | null
  readonly endedBecause: string | null
}
export type ScreenLine = CodeVersion & {
  readonly name: string
  readonly goodSeconds: number
  /** When it last asked, to some minutes; null: never. */
  readonly seenAt: number | null
}
export type CodeLine = {
  readonly code: string
  readonly kind: 'entry' | 'prepay' | 'exit'
  readonly lane: { readonly id: number; readonly name: string } | null
  /** The printed one that was made last. */
  readonly current: CodeVersion
  /** What it says and its number; null where nothing hangs. */
  readonly live: { readonly url: string; readonly checkNumber: string } | null
  readonly former: readonly CodeVersion[]
  readonly screens: readonly ScreenLine[]
  readonly aliases: readonly {
    readonly alias: string
    readonly url: string
    readonly madeAt: number
    readonly madeBy: string
  }[]
}
export type CodesView = {
  readonly now: number
  readonly lot: { readonly number: number; readonly name: string }
  readonly codes: readonly CodeLine[]
  /** Characters of the lot's and its lanes' names that our print has not: on paper their number stands in their place. */
  readonly unprintable: readonly string[]
}
export type ScreenMade = { readonly version: number; readonly secret: string; readonly url: string }
export type ScreenView = {
  readonly now: number
  readonly kind: 'entry' | 'exit'
  readonly lot: { readonly number: number; readonly name: string }
  readonly lane: { readonly id: number; readonly name: string }
  /** To show as a QR code. */
  readonly url: string
  readonly goodUntil: number
  /** Ask again this much later, in ms: then no code on the screen is about to end. */
  readonly askAgainMs: number
}
export type PatrolLine = {
  readonly patrol: string
  readonly begunAt: number
  readonly begunBy: string
  readonly endedAt: number | null
  /** How many places there were when it ended, and how many of them were right. */
  readonly places: number | null
  readonly rightly: number | null
}
/** The newest first. */
export type PatrolsView = { readonly patrols: readonly PatrolLine[]; readonly next: string | null }
export type FoundView = {
  readonly code: string
  readonly verdict: FoundVerdict
  /** What hangs there instead, in short: the place it is of, or what it says. */
  readonly found: string | null
  readonly at: number
  readonly by: string
}
export type PatrolPlace = {
  readonly code: string
  readonly kind: CodeLine['kind']
  readonly lane: string | null
  readonly checkNumber: string
  readonly found: FoundView | null
}
export type PatrolView = PatrolLine & {
  readonly now: number
  readonly lot: { readonly number: number; readonly name: string }
  readonly list: readonly PatrolPlace[]
}
export type EndAsk = Static<typeof EndAsk>
export type ScreenAsk = Static<typeof ScreenAsk>
export type FoundAsk = Static<typeof FoundAsk>
export type AliasAsk = Static<typeof AliasAsk>
