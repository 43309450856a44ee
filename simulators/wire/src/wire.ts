/** One message that went over one wire, decoded for a person. Simulators tell; the street shows. */
export type WireMessage = {
  /** ms since 1970 UTC, on the clock all parts share. */
  readonly at: number
  readonly wire: 'camera' | 'gate' | 'display' | 'lot-link' | 'bolink' | 'wechatpay' | 'alipay' | 'wallet' | 'driver'
  readonly from: string
  readonly to: string
  /** One line a property manager understands, e.g. `POST /v3/pay/transactions/jsapi  ¥10.00` . */
  readonly title: string
  /** The message decoded: headers that matter, body, decrypted resource. Secrets left out. */
  readonly detail?: unknown
}
export type Tell = (message: WireMessage) => void
export const tellNobody: Tell = () => {}
