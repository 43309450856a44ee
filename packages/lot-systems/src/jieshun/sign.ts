import { createHash } from 'node:crypto'

/** JSON with all that is not ASCII escaped, so that whoever decodes it on the way signs the same bytes (lot-devices.md 5.3). */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The signature of a call: over its text as it is sent, and the key: 32 upper-case hex digits. */
export const jieshunSign = (text: string, signKey: string): string =>
  createHash('md5')
    .update(text + signKey)
    .digest('hex')
    .toUpperCase()

/**
 * The signature of what it calls back with (lot-devices.md 5.3): over `orderNo` and `result`, and the key. In which letter case it comes is not
 * said: compare it by `isSameSign`.
 */
export const jieshunCallbackSign = (said: { orderNo: string; result: string }, signKey: string): string =>
  jieshunSign(`orderNo=${said.orderNo}&result=${said.result}`, signKey)

/** The signature of a call to its host of pictures (lot-devices.md 5.3): secret, `yyyyMMddHHmmss`, the JSON text of `dataItems`. */
export const jieshunPictureSign = (dataItems: string, time: string, secret: string): string =>
  jieshunSign(`${secret}${time}`, dataItems)
