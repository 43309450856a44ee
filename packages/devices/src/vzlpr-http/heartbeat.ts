import { boundaryIn } from '../boundary.ts'
import { Malformed } from '../malformed.ts'
import { identityIn } from '../values.ts'

/*
 * The heartbeat is a form (lot-devices.md 2.2). Among its fields is the camera's web login in clear; only the fields named
 * here are ever taken out of the bytes.
 */
export type Heartbeat = {
  readonly kind: 'heartbeat'
  readonly serial: string
  readonly name: string
  readonly ip: string
  readonly port: number | null
  readonly channels: number | null
}

type Wanted = 'serialno' | 'device_name' | 'ipaddr' | 'port' | 'channel_num'

export const isForm = (contentType: string): boolean => /^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType)

/** @throws Malformed when the form cannot be taken apart or says no serial number. */
export function readHeartbeat(contentType: string, body: Uint8Array): Heartbeat {
  const parts = partsOf(contentType, Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  const field = (name: Wanted): string | null => {
    const part = parts.find(({ head }) => nameIn(head) === name)
    return part ? part.content.toString('utf8').trim() : null
  }
  const number = (name: Wanted): number | null => {
    const value = field(name)
    return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null
  }
  const serial = field('serialno')
  if (serial === null) throw new Malformed('serialno', 'is there')
  return {
    kind: 'heartbeat',
    serial: identityIn(serial, 'serialno'),
    name: field('device_name') ?? '',
    ip: field('ipaddr') ?? '',
    port: number('port'),
    channels: number('channel_num'),
  }
}

type Part = { readonly head: string; readonly content: Buffer }

/** The parts of a form (RFC 7578). Cameras send a handful; more than 64 are not looked at. */
function partsOf(contentType: string, body: Buffer): readonly Part[] {
  const boundary = boundaryIn(contentType)
  if (boundary === null) throw new Malformed('content-type', 'names the boundary of the form')
  // A line break before the first boundary as before the others.
  const form = Buffer.concat([Buffer.from('\r\n'), body])
  const line = Buffer.from(`\r\n--${boundary}`)
  const parts: Part[] = []
  let from = form.indexOf(line)
  if (from < 0) throw new Malformed('body', 'is the form its content type announces')
  while (from >= 0 && parts.length < 64) {
    const start = from + line.length
    const next = form.indexOf(line, start)
    if (next < 0) return parts
    const part = form.subarray(start, next)
    const empty = part.indexOf('\r\n\r\n')
    if (empty >= 0) parts.push({ head: part.toString('latin1', 0, empty), content: part.subarray(empty + 4) })
    from = next
  }
  return parts
}

const nameIn = (head: string): string | null =>
  // At the beginning of a line: looked for anywhere in it, a long line would be read once for every place.
  /^content-disposition:[^\r\n]*[;\s]name="?([^";\r\n]{1,64})"?/im.exec(head)?.[1] ?? null
