import type { Instant } from '@lanepay/domain/types.ts'
import type { Owed } from '../stay/owed.ts'

/** What the display shows and the loudspeaker says; at most four lines, as drivers in Chinese lots know them. */
export type Shown = { readonly show: readonly string[]; readonly say?: string }

const yuan = (fen: number) => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2))

/** `2小时5分`, started minutes not counted. */
export function stayText(enteredAt: Instant, now: Instant): string {
  const minutes = Math.max(0, Math.floor((now - enteredAt) / 60_000))
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
  return `${days > 0 ? `${days}天` : ''}${days + hours > 0 ? `${hours}小时` : ''}${minutes % 60}分`
}

export const shown = {
  idle: { show: ['欢迎光临', '扫码缴费 减速慢行'] },
  welcome: (plate: string): Shown => ({ show: [plate, '欢迎光临'], say: '欢迎光临' }),
  monthCard: (plate: string, until: Instant, now: Instant): Shown => {
    const days = Math.floor((until - now) / 86_400_000)
    const left = `有效期${days}天`
    // Only in the last days is it worth saying aloud (lot-devices.md 4.6).
    return { show: [plate, '月租车', left], say: days <= 7 ? `欢迎光临 ${left}` : '欢迎光临' }
  },
  full: { show: ['车位已满', '请稍候'], say: '车位已满' },
  blocked: (plate: string): Shown => ({ show: [plate, '禁止通行', '请联系管理员'], say: '禁止通行' }),
  unplatedAtEntry: { show: ['无牌车', '请扫码入场'], say: '请扫码入场' },
  unplatedAtExit: { show: ['未识别车牌', '请扫码缴费'], say: '请扫码缴费' },
  noSession: (plate: string): Shown => ({ show: [plate, '无入场记录', '请联系管理员'], say: '无入场记录' }),
  goodbye: (plate: string): Shown => ({ show: [plate, '一路平安'], say: '一路平安' }),
  owes: (plate: string, enteredAt: Instant, owed: Pick<Owed, 'owedFen'>, now: Instant): Shown => ({
    show: [plate, `停车${stayText(enteredAt, now)}`, `收费${yuan(owed.owedFen)}元`, '请扫码缴费'],
    say: `请缴费${yuan(owed.owedFen)}元`,
  }),
} as const satisfies Record<string, Shown | ((...args: never[]) => Shown)>
