/** What a poster says, in Chinese; three steps, and the same in English. */
export type PosterText = {
  readonly title: string
  /** In place of a lane's name. */
  readonly inside: string
  readonly steps: readonly [string, string, string]
  readonly english: { readonly title: string; readonly steps: readonly [string, string, string] }
}

export const posterTexts = {
  entry: {
    title: '无牌车扫码入场',
    inside: '场内 Inside',
    steps: ['把车停在入口道闸前', '用微信或支付宝扫码', '抬杆后入场，离场时用同一个手机扫码'],
    english: {
      title: 'No licence plate? Scan to enter',
      steps: ['Stop at the entry barrier', 'Scan with WeChat or Alipay', 'Drive in; leave with the same phone'],
    },
  },
  prepay: {
    title: '扫码缴停车费',
    inside: '场内 Inside',
    steps: ['用微信或支付宝扫码', '输入车牌号，核对费用并支付', '在页面显示的时间前离场，出口自动抬杆'],
    english: {
      title: 'Pay here before you leave',
      steps: [
        'Scan with WeChat or Alipay',
        'Enter your plate, check the fee, pay',
        'Leave by the time shown: the gate opens',
      ],
    },
  },
  exit: {
    title: '出口扫码缴费',
    inside: '场内 Inside',
    steps: ['把车停在出口道闸前', '用微信或支付宝扫码，核对车牌和费用', '支付后自动抬杆，请慢行'],
    english: {
      title: 'Scan, pay and leave',
      steps: ['Stop at the exit barrier', 'Scan, check the plate and the fee', 'Pay: the gate opens'],
    },
  },
} as const satisfies Record<string, PosterText>
