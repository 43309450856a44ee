import type { Application, Paper, PaperId } from './applications.ts'

/* What the tests of applications share: a company and its papers, right as they stand. Whatever a test sets is what it is about. */

/** The smallest thing that begins and ends like a photograph. */
export const aPhotograph: Paper = { type: 'image/jpeg', bytes: Buffer.from('ffd8ffe000104a464946000101ffd9', 'hex') }

/** The number of an identity card with its check character (GB 11643). */
export const anIdNumber = '110101199003074290'

type Told = {
  readonly [Part in keyof Application]?: Application[Part] extends object
    ? Partial<Application[Part]>
    : Application[Part]
}

export function anApplication(paper: PaperId, told: Told = {}): Application {
  return {
    applicationNumber: told.applicationNumber ?? '70010000000000000000000000000012',
    business: {
      kind: 'company',
      name: '深圳市阳光物业管理有限公司',
      shortName: '阳光花园停车场',
      licenceNumber: '91440300MA5DA1BC2X',
      licence: paper,
      ...told.business,
    },
    legalPerson: {
      name: '李明',
      idNumber: anIdNumber,
      idAddress: '广东省深圳市福田区深南大道1号',
      idFront: paper,
      idBack: paper,
      idValidFrom: '2015-06-01',
      idValidUntil: '2035-06-01',
      ...told.legalPerson,
    },
    contact: { name: '李明', phone: '13800138000', email: 'li.ming@example.com', ...told.contact },
    lot: {
      name: '阳光花园停车场',
      areaCode: '440300',
      address: '深南大道1号',
      servicePhone: '0755-88888888',
      entrance: [paper],
      inside: [paper],
      ...told.lot,
    },
    card: {
      owner: 'company',
      holder: '深圳市阳光物业管理有限公司',
      number: '4000023009200112345',
      bank: '工商银行',
      branch: '中国工商银行股份有限公司深圳福田支行',
      areaCode: '440300',
      ...told.card,
    },
  }
}
