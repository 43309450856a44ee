/**
 * Which wallet's own browser this is, by its user agent (alipay.md 15). A partner's app says `Zldpay/` and its number, as we ask of it
 * (docs/partner-wallets.md).
 */
export function walletOf(userAgent: string): 'wechatpay' | 'alipay' | 'unionpay' | 'zldpay' | 'other' {
  if (/MicroMessenger/i.test(userAgent) && !/wxwork/i.test(userAgent)) return 'wechatpay'
  if (/AlipayClient/i.test(userAgent)) return 'alipay'
  if (/UnionPay\//i.test(userAgent)) return 'unionpay'
  if (/Zldpay\/\d/i.test(userAgent)) return 'zldpay'
  return 'other'
}
