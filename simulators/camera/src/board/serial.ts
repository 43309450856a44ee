import { Refused } from '../refused.ts'

/** Remainder of the bytes as one long polynomial, low bit first, by 0xA001 from 0xFFFF: CRC-16/MODBUS. */
export function modbus(bytes: Uint8Array): number {
  return bytes.reduce((before, byte) => {
    let crc = before ^ byte
    for (const _ of [0, 1, 2, 3, 4, 5, 6, 7]) crc = (crc >> 1) ^ (crc % 2 === 1 ? 0xa001 : 0)
    return crc
  }, 0xffff)
}

/** @throws Refused when the bytes are no GBK. */
export function gbkText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('gbk', { fatal: true }).decode(bytes)
  } catch {
    throw new Refused(where, 'is GBK')
  }
}
