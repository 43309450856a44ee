import { fen, toYuan } from '@lanepay/domain/money.ts'
import { beijingTime } from '../report/column.ts'
import type { Text } from '../vehicle/api.ts'
import { text } from '../vehicle/import-table.ts'
import type { Compared, Sum, Verdict } from './compare.ts'

const verdicts: Readonly<Record<Verdict, Text>> = {
  same: text('相同', 'the same'),
  more: text('我们多收', 'we take more'),
  less: text('我们少收', 'we take less'),
  'only-there': text('仅对方名单放行', 'on their lists alone'),
  'only-here': text('仅我方名单放行', 'on our lists alone'),
  'no-price': text('我方无价', 'no price of ours'),
}
const yuan = (amount: number): string => `¥${toYuan(fen(amount))}`

/** The comparison as a person reads it: what it comes to by its verdicts, then every stay that is not the same, the oldest exit first. */
export function comparedSays(
  compared: readonly Compared[],
  sums: ReadonlyMap<Verdict, Sum>,
  language: keyof Text,
): string {
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
  if (compared.length === 0) return say('这段时间没有离场记录。', 'No stay ended in this time.')
  const sumSays = (name: string, { stays, saidFen, ourFen }: Sum) =>
    `${name}  ${say(`${stays} 笔`, `${stays} stays`)}  ${say('对方', 'theirs')} ${yuan(saidFen)}  ${say('我方', 'ours')} ${yuan(ourFen)}`
  const all = [...sums.values()].reduce((a, b) => ({
    ...{ stays: a.stays + b.stays, saidFen: a.saidFen + b.saidFen, ourFen: a.ourFen + b.ourFen },
  }))
  const found = (Object.keys(verdicts) as Verdict[]).flatMap((verdict) => {
    const sum = sums.get(verdict)
    return sum ? [sumSays(verdicts[verdict][language], sum)] : []
  })
  const others = compared.flatMap(({ stay, ourFen, verdict }) =>
    verdict === 'same'
      ? []
      : [
          [
            ...[stay.order, stay.plate, beijingTime(stay.enteredAt), beijingTime(stay.leftAt), stay.payType],
            ...[`${say('对方', 'theirs')} ${yuan(stay.saidFen)}`],
            ...[`${say('我方', 'ours')} ${ourFen === null ? '-' : yuan(ourFen)}`, verdicts[verdict][language]],
          ].join('  '),
        ],
  )
  return [sumSays(say('合计', 'all'), all), ...found, ...(others.length > 0 ? ['', ...others] : [])].join('\n')
}
