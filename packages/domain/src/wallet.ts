/** Which wallet's own browser this is, by its user agent (alipay.md 15). */
export function walletOf(userAgent: string): 'wechatpay' | 'alipay' | 'unionpay' | 'other' {
  if (/MicroMessenger/i.test(userAgent) && !/wxwork/i.test(userAgent)) return 'wechatpay'
  if (/AlipayClient/i.test(userAgent)) return 'alipay'
  if (/UnionPay\//i.test(userAgent)) return 'unionpay'
  return 'other'
}
