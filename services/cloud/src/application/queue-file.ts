import { valueLabels } from '@lanepay/domain/applicant/labels.ts'
import type { Column, Words } from '../report/column.ts'
import { everyPage, type Pages } from '../report/table-file.ts'
import type { ApplicationStateName, QueueRow, QueueView } from './api.ts'

const states: Readonly<Record<ApplicationStateName, Words>> = {
  draft: { zh: '草稿', en: 'draft' },
  submitted: { zh: '已提交', en: 'submitted' },
  'in-review': { zh: '审核中', en: 'in review' },
  returned: { zh: '已退回', en: 'returned' },
  approved: { zh: '审核通过', en: 'approved' },
  'channel-review': { zh: '渠道审核中', en: 'with the channels' },
  'to-sign': { zh: '待签约', en: 'to be signed' },
  live: { zh: '已上线', en: 'live' },
  suspended: { zh: '已暂停', en: 'suspended' },
}
export const queueColumns: readonly Column[] = [
  { key: 'id', title: { zh: '申请编号', en: 'Application' }, kind: 'number' },
  { key: 'kind', title: { zh: '类型', en: 'Kind' }, kind: 'text', words: valueLabels.kind },
  { key: 'state', title: { zh: '状态', en: 'State' }, kind: 'text', words: states },
  { key: 'lotName', title: { zh: '车场', en: 'Lot' }, kind: 'text' },
  { key: 'lotNumber', title: { zh: '车场编号', en: 'Number of the lot' }, kind: 'number' },
  { key: 'madeAt', title: { zh: '创建时间', en: 'Made' }, kind: 'instant' },
  { key: 'submittedAt', title: { zh: '提交时间', en: 'Handed in' }, kind: 'instant' },
  { key: 'due', title: { zh: '应在此前审核', en: 'To be reviewed by' }, kind: 'day' },
  { key: 'reviewer', title: { zh: '审核员', en: 'Reviewer' }, kind: 'text' },
]
const rowOf = ({ reviewDue, lotNumber, isLate: _, ...row }: QueueRow) => ({
  ...row,
  lotNumber: lotNumber === null ? null : String(lotNumber),
  due: reviewDue !== null && 'day' in reviewDue ? reviewDue.day : null,
})

/** Everything that a queue shows. Nothing personal is in it. */
export const queuePages = (page: (after: { readonly after?: string }) => Promise<QueueView>): Pages =>
  everyPage(page, ({ rows }) => rows.map(rowOf))
