/** A "no" as the gateway words it (alipay.md 2.10). */
export type Refusal = {
  readonly code: string
  readonly msg: string
  readonly sub_code: string
  readonly sub_msg: string
}

const messages: Readonly<Record<string, string>> = {
  20000: 'Service Currently Unavailable',
  20001: 'Insufficient Token Permissions',
  40001: 'Missing Required Arguments',
  40002: 'Invalid Arguments',
  40003: 'Insufficient Conditions',
  40004: 'Business Failed',
  40006: 'Insufficient Permissions',
}

/** Thrown from wherever a request turns out wrong, caught once, where the answer is written. */
export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${refusal.code} ${refusal.sub_code}: ${refusal.sub_msg}`)
    this.refusal = refusal
  }
}

export const refusalOf = (code: string, subCode: string, subMsg: string): Refusal => ({
  code,
  msg: messages[code] ?? 'Business Failed',
  sub_code: subCode,
  sub_msg: subMsg,
})

/** A parameter of the gateway is wrong: 40001 for a missing one, 40002 otherwise (alipay.md 2.11). */
export function refuseCall(subCode: string, subMsg: string): never {
  throw new Refused(refusalOf(subCode.startsWith('isv.missing-') ? '40001' : '40002', subCode, subMsg))
}

/** The business says no: 40004 with an `ACQ.` code (alipay.md 7.11). */
export function refuseTrade(acqCode: string, subMsg: string): never {
  throw new Refused(refusalOf('40004', `ACQ.${acqCode}`, subMsg))
}

/** The same from interfaces whose codes have no prefix (alipay.md 9.1, 10.4, 11.1). */
export function refuseBusiness(code: string, subMsg: string): never {
  throw new Refused(refusalOf('40004', code, subMsg))
}

/** Runs what reads fields, whose refusals are a trade's, for an interface whose codes have no prefix. */
export function withoutPrefix<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { code, sub_code: sub, sub_msg: message } = error.refusal
    throw new Refused(refusalOf(code, sub.replace(/^ACQ\./, ''), message))
  }
}
