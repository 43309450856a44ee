/** Bytes for the RS485 line, and how they are written down. */
export type SerialPart = { readonly bytes: Uint8Array; readonly encoding: 'hex2string' | 'base64' }
export type Reply = {
  /** The output whose contact is closed: `io1` and so on; null leaves all as they are. */
  readonly open: string | null
  /** In this order. */
  readonly serial: readonly SerialPart[]
}

/** The answer to a post (lot-devices.md 2.5): received, and what to do. Parts that are not ordered are not there. */
export function replyText({ open, serial }: Reply): string {
  return JSON.stringify({
    error_num: 0,
    error_str: '',
    ...(open === null ? {} : { gpio_data: [{ action: 'on', ionum: open }] }),
    ...(serial.length === 0 ? {} : { rs485_data: serial.map(written) }),
  })
}

const written = ({ bytes, encoding }: SerialPart) => ({
  data:
    encoding === 'base64' ? Buffer.from(bytes).toString('base64') : Buffer.from(bytes).toString('hex').toUpperCase(),
  encodetype: encoding,
})
