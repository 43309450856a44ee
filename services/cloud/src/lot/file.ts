import { becauseWords } from '@lanepay/domain/device-words.ts'
import { type Column, columnOf as column, type Language, type Row, type Words } from '../report/column.ts'
import type { DeviceState, LotRow, LotSystemName } from './api.ts'

/* The lots of an operator with how they are, as a file: the columns of the screen. */

/** What runs a lot, as the console calls it. */
export const systemWords: Readonly<Record<LotSystemName, Words>> = {
  agent: { zh: '车场主机', en: 'lot agent' },
  bolink: { zh: '自带收费软件', en: 'charging software of its own' },
  own: { zh: '自带收费软件（本平台接口）', en: 'charging software, by our protocol' },
  daoer: { zh: '道尔云', en: 'Daoer cloud' },
  hikvision: { zh: '海康综合安防平台', en: 'Hikvision ISC' },
  yunmeng: { zh: '云盟停车软件', en: 'Yunmeng B30' },
  ymiot: { zh: '云盟云平台', en: 'Yunmeng cloud' },
  pyun: { zh: 'P云', en: '4pyun' },
  keytop: { zh: '科拓速停车', en: 'KeyTop' },
  jieshun: { zh: '捷顺云', en: 'JieShun' },
}
const deviceWords: Readonly<Record<DeviceState, Words>> = {
  well: { zh: '正常', en: 'well' },
  ill: { zh: '异常', en: 'ill' },
  lost: { zh: '失联', en: 'lost' },
}

export const lotFileColumns: readonly Column[] = [
  column('lot', 'number', '车场编号', 'Number of the lot'),
  column('name', 'text', '车场', 'Lot'),
  column('line', 'text', '连线', 'Line', {
    there: { zh: '在线', en: 'there' },
    away: { zh: '没有连线', en: 'not there' },
  }),
  column('ill', 'count', '异常设备', 'Devices that are ill'),
  column('lost', 'count', '失联设备', 'Devices that are lost'),
  column('worst', 'text', '问题', 'What is wrong'),
  column('inside', 'count', '在场车辆', 'Inside'),
  column('driftMs', 'count', '时钟偏差（毫秒）', 'Clock ahead by, ms'),
  column('version', 'text', '版本', 'Version'),
  column('system', 'text', '系统', 'System', systemWords),
]
export const lotFileRow =
  (language: Language) =>
  ({ lot, name, online, agent, worst, ...row }: LotRow): Row => ({
    ...{ lot: String(lot), name, line: online ? 'there' : 'away', ill: row.ill, lost: row.lost, inside: row.inside },
    ...{ driftMs: agent?.driftMs ?? null, version: agent?.version ?? null, system: row.system },
    worst: worst
      .map(
        ({ device, state, because }) =>
          `${device}: ${deviceWords[state][language]} ${becauseWords(because, language === 'zh' ? 'zh-CN' : 'en')}`,
      )
      .join('; '),
  })
