import type { LotSystemName } from '@lanepay/cloud/lot/api.ts'
import type { Both } from '../language.ts'

/** What runs a lot, as people call it; a name that is missing stops compiling. */
export const systemWords: Both<Readonly<Record<LotSystemName, string>>> = {
  zh: {
    agent: '车场主机',
    bolink: '自带收费软件',
    own: '自带收费软件（本平台接口）',
    daoer: '道尔云',
    hikvision: '海康综合安防平台',
    yunmeng: '云盟停车软件',
    ymiot: '云盟云平台',
    pyun: 'P云',
    keytop: '科拓速停车',
    jieshun: '捷顺云',
  },
  en: {
    agent: 'lot agent',
    bolink: 'charging software of its own',
    own: 'charging software, by our protocol',
    daoer: 'Daoer cloud',
    hikvision: 'Hikvision ISC',
    yunmeng: 'Yunmeng B30',
    ymiot: 'Yunmeng cloud',
    pyun: '4pyun',
    keytop: 'KeyTop',
    jieshun: 'JieShun',
  },
}
