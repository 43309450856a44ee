import type { Column, Row, Words } from '../report/column.ts'
import type { CodeLine, CodeState, CodesView, CodeVersion } from './api.ts'

/* What hangs in a lot and what hung there, and who looked at it, as tables. */

const states: Readonly<Record<CodeState, Words>> = {
  live: { zh: '使用中', en: 'live' },
  replaced: { zh: '已更换', en: 'replaced' },
  revoked: { zh: '已停用', en: 'revoked' },
}
const kinds: Readonly<Record<CodeLine['kind'], Words>> = {
  entry: { zh: '入口', en: 'Entry' },
  prepay: { zh: '场内', en: 'Inside' },
  exit: { zh: '出口', en: 'Exit' },
}
export const codeColumns: readonly Column[] = [
  { key: 'kind', title: { zh: '类型', en: 'Kind' }, kind: 'text', words: kinds },
  { key: 'lane', title: { zh: '通道', en: 'Lane' }, kind: 'text' },
  { key: 'screen', title: { zh: '屏幕', en: 'Screen' }, kind: 'text' },
  { key: 'version', title: { zh: '版本', en: 'Version' }, kind: 'count' },
  { key: 'state', title: { zh: '状态', en: 'State' }, kind: 'text', words: states },
  { key: 'checkNumber', title: { zh: '校验号', en: 'Check number' }, kind: 'number' },
  { key: 'url', title: { zh: '码里的网址', en: 'Address in the code' }, kind: 'text' },
  { key: 'madeAt', title: { zh: '启用时间', en: 'Since' }, kind: 'instant' },
  { key: 'madeBy', title: { zh: '启用人', en: 'By' }, kind: 'text' },
  { key: 'endedAt', title: { zh: '结束时间', en: 'Ended' }, kind: 'instant' },
  { key: 'endedBy', title: { zh: '结束人', en: 'Ended by' }, kind: 'text' },
  { key: 'endedBecause', title: { zh: '原因', en: 'Because' }, kind: 'text' },
]
/** Every code of a lot: the printed one of each place and those before it, then its screens. */
export const codeRows = ({ codes }: CodesView): Row[] =>
  codes.flatMap(({ kind, lane, current, live, former, screens }) => {
    const row = (version: CodeVersion, screen: string | null, says: CodeLine['live'] = null): Row => ({
      ...{ kind, lane: lane?.name ?? null, screen, checkNumber: says?.checkNumber ?? null, url: says?.url ?? null },
      ...version,
    })
    return [
      row(current, null, live),
      ...former.map((one) => row(one, null)),
      ...screens.map(({ name, goodSeconds: _, seenAt: __, ...version }) => row(version, name)),
    ]
  })

export const patrolColumns: readonly Column[] = [
  { key: 'patrol', title: { zh: '巡查编号', en: 'Patrol' }, kind: 'number' },
  { key: 'begunAt', title: { zh: '开始', en: 'Begun' }, kind: 'instant' },
  { key: 'begunBy', title: { zh: '巡查人', en: 'By' }, kind: 'text' },
  { key: 'endedAt', title: { zh: '结束', en: 'Ended' }, kind: 'instant' },
  { key: 'places', title: { zh: '位置数', en: 'Places' }, kind: 'count' },
  { key: 'rightly', title: { zh: '正确', en: 'Right' }, kind: 'count' },
]
