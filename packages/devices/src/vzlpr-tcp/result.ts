import type { LanePicture } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { textIn } from '../values.ts'
import { fieldsOf, inside, type PlateOptions, type PlateResult, readPlate, whole, wholeIfAny } from '../vzlpr.ts'
import type { Packet } from './packet.ts'

/** A plate result over TCP: the camera's serial number, address and channel are not in it. */
export type TcpResult = Omit<PlateResult, 'serial' | 'ip' | 'channel'>

/** `ivs_result` as JSON (lot-devices.md 2.3). @throws Malformed */
export function readResult({ fields, rest }: Packet, options: PlateOptions): TcpResult {
  if ((wholeIfAny(fields, 'active_id') ?? 0) !== 0) throw new Malformed('active_id', 'is 0: results are not encrypted')
  const result = readPlate(inside(fields, 'PlateResult'), String(whole(fields, 'id')), options)
  const sizes = [wholeIfAny(fields, 'fullImgSize') ?? 0, wholeIfAny(fields, 'clipImgSize') ?? 0] as const
  return { ...result, pictures: () => picturesIn(rest, sizes) }
}

/** The full picture, then the plate. Empty where they are not as long as announced. */
function picturesIn(bytes: Buffer, [full, plate]: readonly [number, number]): readonly LanePicture[] {
  if (full + plate > bytes.length) return []
  const pictures: readonly LanePicture[] = [
    { role: 'full', jpeg: bytes.subarray(0, full) },
    { role: 'plate', jpeg: bytes.subarray(full, full + plate) },
  ]
  return pictures.filter(({ jpeg }) => jpeg.length > 0)
}

const structLength = 168
const blockHead = 8
const roles = { 2: 'full', 3: 'plate' } as const

/**
 * The binary result (lot-devices.md 2.3). † Nobody has published a capture: that the struct is little endian and the lengths of
 * the blocks big endian is assumed, so it is only asked for where a setting says so.
 *
 * @throws Malformed
 */
export function readBinaryResult(body: Buffer, options: PlateOptions): TcpResult {
  const blocks = blocksIn(body)
  const struct = blocks.find(({ kind }) => kind === 1)?.bytes
  if (struct?.length !== structLength) throw new Malformed('block 1', `has ${structLength} bytes`)
  const number = (at: number): number => struct.readInt32LE(at)
  const text = struct.subarray(0, 16)
  const end = text.indexOf(0)
  const fields = fieldsOf({
    license: textIn(end < 0 ? text : text.subarray(0, end), 'license', 'gbk'),
    colorType: Math.max(0, number(24)),
    confidence: Math.max(0, number(32)),
    direction: number(40),
    triggerType: struct.readUInt32LE(72),
    location: { RECT: { left: number(44), top: number(48), right: number(52), bottom: number(56) } },
    timeStamp: {
      Timeval: {
        sec: struct.readUInt32LE(64),
        usec: struct.readUInt32LE(68),
        decsec: struct[84],
        decmin: struct[85],
        dechour: struct[86],
        decday: struct[87],
        decmon: struct[88],
        decyear: struct.readUInt32LE(92),
      },
    },
  })
  const pictures = blocks.flatMap(({ kind, bytes }): readonly LanePicture[] =>
    (kind === 2 || kind === 3) && bytes.length > 0 ? [{ role: roles[kind], jpeg: bytes }] : [],
  )
  return { ...readPlate(fields, String(struct.readUInt32LE(80)), options), pictures: () => pictures }
}

type Block = { readonly kind: number; readonly bytes: Buffer }

function blocksIn(body: Buffer): readonly Block[] {
  const blocks: Block[] = []
  let at = 0
  while (at < body.length) {
    if (body.length < at + blockHead || body[at] !== 0x49 || body[at + 1] !== 0x52)
      throw new Malformed('block', 'begins with IR, its kind and its length')
    const end = at + blockHead + body.readUInt32BE(at + 4)
    if (end > body.length) throw new Malformed('block.length', 'ends within the frame')
    blocks.push({ kind: body[at + 2]!, bytes: body.subarray(at + blockHead, end) })
    at = end
  }
  return blocks
}
