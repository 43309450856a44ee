/** Whole fen of what a person types as yuan, `12`, `12.5` or `1,234.50`; null for anything else. */
export function fenOf(typed: string): number | null {
  const tidy = typed.normalize('NFKC').replace(/[\s,¥]/g, '')
  const [, yuan, part = ''] = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(tidy) ?? []
  return yuan === undefined ? null : Number(yuan) * 100 + Number(part.padEnd(2, '0'))
}
/** Whole fen as a person would type them: `12.50`. */
export const typedYuan = (fen: number): string => (fen / 100).toFixed(2)
