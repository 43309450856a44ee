import { nothingOrdered, type Orders } from '../orders.ts'
import { must, Refused } from '../refused.ts'

/* What a Hikvision camera is asked for (lot-devices.md 2.8), read as strictly as can be. Written against the reference. */

const declaration = '(?:<\\?xml[^?]*\\?>\\s*)?'
const afterTime = new RegExp(
  `^${declaration}<AfterTime(?:\\s[^<>]*)?>\\s*<picTime>(\\d{1,40})</picTime>\\s*</AfterTime>\\s*$`,
)
const barrierGate = new RegExp(
  `^${declaration}<BarrierGate(?:\\s[^<>]*)?>\\s*<ctrlMode>(\\w+)</ctrlMode>\\s*</BarrierGate>\\s*$`,
)

/** The name after which plates are asked for. @throws Refused */
export function nameIn(body: string): bigint {
  const [, picTime] = afterTime.exec(body) ?? []
  must(picTime !== undefined, 'AfterTime', 'has picTime')
  return BigInt(picTime)
}

/** What the barrier is to do. @throws Refused */
export function ordersIn(contentType: string, body: string): Orders {
  must(/^application\/xml\b/.test(contentType), 'content-type', 'is application/xml')
  const [, mode] = barrierGate.exec(body) ?? []
  switch (mode) {
    case 'open':
      return { ...nothingOrdered, open: { output: 0 } }
    case 'close':
      return { ...nothingOrdered, output: { io: 1, value: 'pulse', ms: 500 } }
    case 'lock':
      return { ...nothingOrdered, output: { io: 0, value: 'on', ms: 0 } }
    case 'unlock':
      return { ...nothingOrdered, output: { io: 0, value: 'off', ms: 0 } }
  }
  throw new Refused('BarrierGate.ctrlMode', 'is open, close, lock or unlock')
}
