import { type Static, Type } from 'typebox'
import type { Mistake } from '../equipment/schema-words.ts'

/*
 * What a lane shows and says at each moment, as templates: `{plate}` and the like are filled in. These are the usual ones; a lot's
 * plan may have others (lot-devices.md 4.6: texts are settings, not code).
 */

/** What can be filled in at each moment. `until` is a date, `days` how many are left, `fee` in yuan. */
const fields = {
  idle: [],
  welcome: ['plate'],
  monthCard: ['plate', 'days', 'until'],
  /** In its last days it is worth saying aloud. */
  monthCardEnding: ['plate', 'days', 'until'],
  full: [],
  blocked: ['plate'],
  unplatedAtEntry: [],
  unplatedAtExit: [],
  noSession: ['plate'],
  /** Exactly one stay may be its own, misread: a person is asked. */
  wait: ['plate'],
  /** It is known, and the price list has no price for it. */
  noPrice: ['plate'],
  goodbye: ['plate'],
  owes: ['plate', 'stay', 'fee'],
} as const
export type Moment = keyof typeof fields
export type FactsOf<M extends Moment> = { readonly [name in (typeof fields)[M][number]]: string }
type Template = { readonly show: readonly string[]; readonly say?: string }

export const usualTexts = {
  idle: { show: ['欢迎光临', '扫码缴费 减速慢行'] },
  welcome: { show: ['{plate}', '欢迎光临'], say: '欢迎光临' },
  monthCard: { show: ['{plate}', '月租车', '有效期{days}天'], say: '欢迎光临' },
  monthCardEnding: { show: ['{plate}', '月租车', '有效期{days}天'], say: '欢迎光临 有效期{days}天' },
  full: { show: ['车位已满', '请稍候'], say: '车位已满' },
  blocked: { show: ['{plate}', '禁止通行', '请联系管理员'], say: '禁止通行' },
  unplatedAtEntry: { show: ['无牌车', '请扫码入场'], say: '请扫码入场' },
  unplatedAtExit: { show: ['未识别车牌', '请扫码缴费'], say: '请扫码缴费' },
  noSession: { show: ['{plate}', '无入场记录', '请联系管理员'], say: '无入场记录' },
  wait: { show: ['{plate}', '请稍候', '等待人工确认'], say: '请稍候' },
  noPrice: { show: ['{plate}', '请联系管理员'], say: '请联系管理员' },
  goodbye: { show: ['{plate}', '一路平安'], say: '一路平安' },
  owes: { show: ['{plate}', '停车{stay}', '收费{fee}元', '请扫码缴费'], say: '请缴费{fee}元' },
} as const satisfies Record<Moment, Template>

const strict = { additionalProperties: false } as const
const OneText = Type.Optional(
  Type.Object(
    {
      show: Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 4 }),
      /** Left out, nothing is said. */
      say: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    },
    strict,
  ),
)
/** A lot's own texts; moments that are left out have the usual ones. */
export const Texts = Type.Object(
  {
    idle: OneText,
    welcome: OneText,
    monthCard: OneText,
    monthCardEnding: OneText,
    full: OneText,
    blocked: OneText,
    unplatedAtEntry: OneText,
    unplatedAtExit: OneText,
    noSession: OneText,
    wait: OneText,
    noPrice: OneText,
    goodbye: OneText,
    owes: OneText,
  },
  strict,
)
export type Texts = Static<typeof Texts>

const filled = (template: string, facts: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole)

/** A template with its facts filled in. */
export const worded = ({ show, say }: Template, facts: Readonly<Record<string, string>>): Template => ({
  show: show.map((line) => filled(line, facts)),
  ...(say === undefined ? {} : { say: filled(say, facts) }),
})

/** Templates that ask for what is not known at their moment, or have a brace too many. */
export function textsMistakes(texts: Texts): readonly Mistake[] {
  return Object.entries(texts).flatMap(([moment, { show, say }]) => {
    const known = fields[moment as Moment] as readonly string[]
    const lines = [
      ...show.map((text, index) => ({ text, field: `/texts/${moment}/show/${index}` })),
      ...(say === undefined ? [] : [{ text: say, field: `/texts/${moment}/say` }]),
    ]
    const there =
      known.length === 0
        ? 'nothing is filled in at this moment'
        : `there are ${known.map((name) => `{${name}}`).join(', ')}`
    return lines.flatMap(({ text, field }) => {
      const unknown = [...text.matchAll(/\{(\w+)\}/g)]
        .map(([, name = '']) => name)
        .find((name) => !known.includes(name))
      if (unknown !== undefined) return [{ field, rule: `has no {${unknown}}: ${there}` }]
      return /[{}]/.test(text.replace(/\{\w+\}/g, ''))
        ? [{ field, rule: `has a brace that stands alone: ${there}` }]
        : []
    })
  })
}
