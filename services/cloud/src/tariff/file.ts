import { type Column, columnOf, type Language, type Row } from '../report/column.ts'
import type { TariffView } from './api.ts'

/* The versions of a lot's price list, and who published what, as tables. */

export const versionColumns: readonly Column[] = [
  columnOf('from', 'instant', '从', 'From'),
  columnOf('state', 'text', '状态', 'State', {
    past: { zh: '已过去', en: 'past' },
    'in-force': { zh: '正在执行', en: 'in force' },
    'to-come': { zh: '将生效', en: 'to come' },
  }),
  columnOf('carsInside', 'text', '场内车辆', 'Cars inside', {
    old: { zh: '按入场时的规则', en: 'by the list of their entry' },
    new: { zh: '从那时起按新规则', en: 'by this one from then on' },
  }),
  columnOf('tariff', 'text', '收费规则（JSON）', 'Price list (JSON)'),
]
/** The newest first, as on the screen. */
export const versionRows = ({ versions }: TariffView): readonly Row[] =>
  versions.toReversed().map(({ tariff, ...version }) => ({ ...version, tariff: JSON.stringify(tariff) }))

export const historyColumns: readonly Column[] = [
  columnOf('version', 'count', '版本', 'Version'),
  columnOf('madeAt', 'instant', '时间', 'When'),
  columnOf('area', 'text', '范围', 'Of'),
  columnOf('addedFrom', 'instant', '从', 'From'),
  columnOf('what', 'text', '事由', 'What', {
    added: { zh: '发布', en: 'published' },
    back: { zh: '撤回一个版本', en: 'one was taken back' },
  }),
  columnOf('account', 'text', '谁', 'Who'),
  columnOf('reason', 'text', '原因', 'Why'),
  columnOf('told', 'text', '车场', 'Lot', {
    queued: { zh: '等待发送到车场', en: 'waiting to be told to the lot' },
    sent: { zh: '已发送，等车场确认', en: 'told, the lot has not answered yet' },
    done: { zh: '车场已生效', en: 'in force at the lot' },
    refused: { zh: '车场拒绝', en: 'refused by the lot' },
    expired: { zh: '车场一直没有回答', en: 'the lot never answered' },
    replaced: { zh: '已被更新的版本代替', en: 'replaced by a newer version' },
  }),
]
export const historyRows = ({ history }: TariffView, language: Language): readonly Row[] =>
  history.map(({ told, area, addedFrom, ...line }) => ({
    ...{ ...line, addedFrom, what: addedFrom === null ? 'back' : 'added', told: told?.state ?? null },
    area: area ?? (language === 'zh' ? '整个车场' : 'the whole lot'),
  }))
