/** What each byte makes of the sum, bit by bit. Noise on a serial line is summed over and over, so it is worked out once. */
const steps = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  return crc
})

/**
 * CRC-16/MODBUS, which every board uses in its own byte order and over its own range (lot-devices.md 4.1): polynomial
 * 0xA001 reflected, start 0xFFFF, no final xor.
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) crc = (crc >>> 8) ^ steps[(crc ^ byte) & 0xff]!
  return crc
}
