import { systemWords } from '../lot/file.ts'
import { type Column, columnOf, type Language, type Row } from '../report/column.ts'
import { channelWords } from '../report/words.ts'
import { partyText, takesText } from '../share/file.ts'
import type { WrittenRule } from '../share/rule-file.ts'
import type { AccountView, CertificateView, LotLine, OperatorLine, TemplateView } from './api.ts'

/* The integrator's lists as tables: the columns of the screens, in their words. */

const percent = (basisPoints: number): string => `${basisPoints / 100} %`
const operator: Column = { key: 'operator', title: { zh: '运营方编号', en: 'Number of the operator' }, kind: 'number' }
const operatorName: Column = { key: 'operatorName', title: { zh: '运营方', en: 'Operator' }, kind: 'text' }
const since: Column = { key: 'since', title: { zh: '开通时间', en: 'Since' }, kind: 'instant' }

export const operatorColumns: readonly Column[] = [
  ...[operator, operatorName],
  { key: 'lots', title: { zh: '车场数', en: 'Lots' }, kind: 'count' },
  { key: 'channels', title: { zh: '可收款渠道', en: 'Is paid by' }, kind: 'text' },
  since,
]
export const operatorRow =
  (language: 'zh' | 'en') =>
  ({ name, channels, ...line }: OperatorLine): Row => ({
    ...{ ...line, operatorName: name },
    channels: channels.map((one) => channelWords[one]?.[language] ?? one).join(', '),
  })

export const lotColumns: readonly Column[] = [
  { key: 'lot', title: { zh: '车场编号', en: 'Number of the lot' }, kind: 'number' },
  { key: 'name', title: { zh: '车场', en: 'Lot' }, kind: 'text' },
  ...[operator, operatorName],
  { key: 'system', title: { zh: '系统', en: 'System' }, kind: 'text', words: systemWords },
  { key: 'fee', title: { zh: '平台服务费', en: 'Platform’s fee' }, kind: 'text' },
  since,
]
export const lotRow = ({ lot, platformFeeBasisPoints, ...line }: LotLine): Row => ({
  ...{ ...line, lot: String(lot), fee: percent(platformFeeBasisPoints) },
})

export const accountColumns: readonly Column[] = [
  { key: 'account', title: { zh: '账户', en: 'Account' }, kind: 'number' },
  { key: 'channel', title: { zh: '渠道', en: 'Channel' }, kind: 'text', words: channelWords },
  ...[operator, operatorName],
  { key: 'merchant', title: { zh: '渠道商户号', en: 'At the channel' }, kind: 'number' },
  { key: 'fee', title: { zh: '渠道费率', en: 'Channel’s fee' }, kind: 'text' },
  {
    ...{ key: 'payout', title: { zh: '出款', en: 'Paid out' }, kind: 'text' },
    words: {
      mirrored: { zh: '渠道自动结算', en: 'by the channel itself' },
      channel: { zh: '由我们申请', en: 'when we ask' },
      bank: { zh: '模拟银行', en: 'by a simulated bank' },
    },
  },
  {
    ...{ key: 'active', title: { zh: '使用中', en: 'In use' }, kind: 'text' },
    words: { yes: { zh: '是', en: 'yes' }, no: { zh: '否', en: 'no' } },
  },
  { key: 'goodAt', title: { zh: '最近正常', en: 'Good at' }, kind: 'instant' },
  { key: 'troubleAt', title: { zh: '最近出错', en: 'Trouble at' }, kind: 'instant' },
  { key: 'trouble', title: { zh: '问题', en: 'Trouble' }, kind: 'text' },
  { key: 'lastBillDay', title: { zh: '最近账单', en: 'Last bill' }, kind: 'day' },
]
export const accountRow = ({ account, merchant, channelFeeBasisPoints, active, ...line }: AccountView): Row => ({
  ...{ ...line, account: String(account), fee: percent(channelFeeBasisPoints), active: active ? 'yes' : 'no' },
  merchant: merchant.subMchid ?? merchant.smid ?? merchant.sellerId ?? null,
})

export const templateColumns: readonly Column[] = [
  columnOf('name', 'text', '名称', 'Name'),
  columnOf('fee', 'text', '平台服务费', 'Platform’s fee'),
  columnOf('rules', 'text', '分润规则', 'Rules of shares'),
  columnOf('version', 'count', '版本', 'Version'),
  columnOf('by', 'text', '最后修改人', 'Changed by'),
  columnOf('at', 'instant', '最后修改', 'Changed last'),
]
/** A rule in a line: at which channel, and which party takes what. Whose account it is, is in no file. */
export const templateRow =
  (language: Language) =>
  ({ name, platformFeeBasisPoints, rules, version, by, at }: TemplateView): Row => ({
    ...{ name, fee: percent(platformFeeBasisPoints), version, by, at },
    rules: (rules as readonly Pick<WrittenRule, 'channel' | 'parties'>[])
      .map(({ channel, parties }) => {
        const shares = parties.map(({ party, takes }) => `${partyText(party, language)} ${takesText(takes, language)}`)
        return `${channelWords[channel]?.[language] ?? channel}: ${shares.join(', ')}`
      })
      .join('; '),
  })

export const certificateColumns: readonly Column[] = [
  columnOf('channel', 'text', '渠道', 'Channel', channelWords),
  columnOf('whose', 'text', '类别', 'Whose', {
    merchant: { zh: '商户证书', en: 'merchant' },
    application: { zh: '应用公钥证书', en: 'application' },
    platform: { zh: '渠道证书', en: 'the channel’s' },
  }),
  columnOf('serial', 'text', '序列号', 'Serial number'),
  columnOf('validUntil', 'instant', '有效期至', 'Valid until'),
  columnOf('state', 'text', '状态', 'State', {
    good: { zh: '有效', en: 'good' },
    'ends-soon': { zh: '即将到期', en: 'ends soon' },
    ended: { zh: '已到期', en: 'ended' },
  }),
]
export const certificateRow = (one: CertificateView): Row => ({ ...one })
