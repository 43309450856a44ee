/**
 * The cells of one line, trimmed: long numbers carry a tab behind them, and any cell may be quoted (alipay.md 11.2). Null
 * where a quoted cell does not end.
 */
export function cellsOf(line: string): readonly string[] | null {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim())
  const cells: string[] = []
  let at = 0
  while (at <= line.length) {
    const quoted = /^[ \t]*"((?:[^"]|"")*)"[ \t]*(?=,|$)/.exec(line.slice(at))
    const plain = quoted ? null : /^[^",]*(?=,|$)/.exec(line.slice(at))
    const found = quoted ?? plain
    if (!found) return null
    cells.push((quoted?.[1]?.replaceAll('""', '"') ?? found[0]).trim())
    at += found[0].length + 1
  }
  return cells
}
