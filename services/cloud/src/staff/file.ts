import { roleWords } from '@lanepay/domain/role-words.ts'
import { aboutInWords, saidInWords } from '@lanepay/domain/trail-said.ts'
import { trailWords } from '@lanepay/domain/trail-words.ts'
import { type Column, columnOf as column, type Language, type Row, type Words } from '../report/column.ts'
import type { Role } from './acts.ts'
import type { LineView, LookView, OwnLot, PersonView } from './api.ts'

/* Persons, what they did, and looks at an operator's view, as files: the columns of the screens. Names and telephones are in none. */

const actorWords: Readonly<Record<Role | 'server', Words>> = {
  ...roleWords,
  server: { zh: '服务器命令', en: 'command on the server' },
}
const account = column('account', 'text', '账号', 'Account')
const role = column('role', 'text', '角色', 'Role', actorWords)
const reason = column('reason', 'text', '原因', 'Why')
const operator = column('operator', 'number', '运营方', 'Operator')

export const personColumns: readonly Column[] = [
  ...[account, role],
  column('partner', 'number', '分润方编号', "Partner's number"),
  column('lots', 'text', '车场', 'Lots', { all: { zh: '全部', en: 'all' } }),
  column('state', 'text', '状态', 'State', {
    ended: { zh: '已停用', en: 'ended' },
    waiting: { zh: '等待设置密码', en: 'has set no password yet' },
    active: { zh: '在用', en: 'in use' },
  }),
  column('factor', 'text', '身份验证器', 'Authenticator', {
    yes: { zh: '已设置', en: 'set up' },
    no: { zh: '未设置', en: 'none' },
  }),
  column('madeAt', 'instant', '开通时间', 'Opened at'),
  column('seenAt', 'instant', '最近登录使用', 'Last seen'),
  column('endedAt', 'instant', '停用时间', 'Ended at'),
]
export const personRow = (one: PersonView): Row => ({
  ...{ account: one.account, role: one.role, partner: one.partner, madeAt: one.madeAt },
  ...{ seenAt: one.seenAt, endedAt: one.endedAt, factor: one.hasSecondFactor ? 'yes' : 'no' },
  state: one.endedAt !== null ? 'ended' : one.hasPassword ? 'active' : 'waiting',
  lots:
    one.lots === 'all'
      ? 'all'
      : one.lots.map(({ lot, lanes }) => (lanes ? `${lot} (${lanes.join('+')})` : String(lot))).join(', '),
})

/** The lots that a person may see. */
export const ownLotColumns: readonly Column[] = [
  column('lot', 'number', '车场编号', 'Number of the lot'),
  column('name', 'text', '车场', 'Lot'),
]
export const ownLotRow = ({ lot, name }: OwnLot): Row => ({ lot: String(lot), name })

export const lineColumns: readonly Column[] = [
  column('at', 'instant', '时间', 'When'),
  ...[account, role],
  column('act', 'text', '操作', 'Act', trailWords),
  column('about', 'text', '对象', 'About'),
  operator,
  column('lot', 'number', '车场', 'Lot'),
  column('before', 'text', '之前', 'Before'),
  column('after', 'text', '之后', 'After'),
  reason,
  column('look', 'number', '查看中', 'In a look'),
  column('address', 'text', '来自', 'From'),
]
export const lineRow = ({ lot, about, before, after, ...line }: LineView, language: Language): Row => ({
  ...{ ...line, about: aboutInWords(about, language), lot: lot === null ? null : String(lot) },
  ...{ before: saidInWords(before, language), after: saidInWords(after, language) },
})

export const lookColumns: readonly Column[] = [
  column('beganAt', 'instant', '开始', 'Began'),
  column('endedAt', 'instant', '结束', 'Ended'),
  ...[account, role, operator, reason],
]
/** One that nobody has ended ends by itself: in a file it stands when. */
export const lookRow = ({ endsAt, endedAt, ...look }: LookView): Row => ({ ...look, endedAt: endedAt ?? endsAt })
