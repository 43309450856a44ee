import { useEffect, useRef } from 'preact/hooks'
import { useTexts } from '../texts.ts'

/* A display of 80 by 64 dots, four lines of five characters, as they stand at lanes. Longer lines run through. */
const columns = 80
const lineDots = 16
const lines = 4
const pitch = 6
const gapDots = 24
const msPerDot = 45

/** The dots of one line of text: columns of 16, lit where the letter is dark enough. */
function dotsOf(text: string): boolean[][] {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const font = '600 15px "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif'
  pen.font = font
  const wide = Math.max(1, Math.ceil(pen.measureText(text).width))
  pen.canvas.width = wide
  pen.canvas.height = lineDots
  pen.font = font
  pen.textBaseline = 'middle'
  pen.fillText(text, 0, lineDots / 2 + 1)
  const { data } = pen.getImageData(0, 0, wide, lineDots)
  return Array.from({ length: wide }, (_, x) =>
    Array.from({ length: lineDots }, (_, y) => data[(y * wide + x) * 4 + 3]! > 110),
  )
}

const colourOf = (line: number, text: string): string =>
  /欢迎|一路|平安|Welcome|Bye/i.test(text) ? '#4dff7c' : line === 0 ? '#ffd54a' : '#ff5340'

function spots(pen: CanvasRenderingContext2D, at: readonly (readonly [number, number])[], radius: number): void {
  pen.beginPath()
  for (const [x, y] of at) {
    const [cx, cy] = [(x + 0.5) * pitch, (y + 0.5) * pitch]
    pen.moveTo(cx + radius, cy)
    pen.arc(cx, cy, radius, 0, 7)
  }
  pen.fill()
}

let unlitBoard: HTMLCanvasElement | undefined
/** The board with every dot dark: drawn once, it lies under every picture. */
function unlit(): HTMLCanvasElement {
  if (unlitBoard) return unlitBoard
  unlitBoard = Object.assign(document.createElement('canvas'), {
    width: columns * pitch,
    height: lines * lineDots * pitch,
  })
  const pen = unlitBoard.getContext('2d')!
  pen.fillStyle = '#0b0d0e'
  pen.fillRect(0, 0, unlitBoard.width, unlitBoard.height)
  pen.fillStyle = '#23211f'
  const all = Array.from(
    { length: columns * lines * lineDots },
    (_, n) => [n % columns, Math.floor(n / columns)] as const,
  )
  spots(pen, all, pitch * 0.3)
  return unlitBoard
}

function draw(board: HTMLCanvasElement, shown: readonly { dots: boolean[][]; colour: string }[], step: number): void {
  const pen = board.getContext('2d')!
  pen.drawImage(unlit(), 0, 0)
  const top = Math.floor(((lines - shown.length) * lineDots) / 2)
  for (const [index, { dots, colour }] of shown.entries()) {
    const lit: [number, number][] = []
    for (let y = 0; y < lineDots; y++)
      for (let x = 0; x < columns; x++) if (isLit(dots, x, y, step)) lit.push([x, top + index * lineDots + y])
    pen.fillStyle = colour
    pen.globalAlpha = 0.35
    spots(pen, lit, pitch * 0.68)
    pen.globalAlpha = 1
    spots(pen, lit, pitch * 0.46)
  }
}

function isLit(dots: boolean[][], x: number, y: number, step: number): boolean {
  const wide = dots.length
  if (wide <= columns) return dots[x - Math.floor((columns - wide) / 2)]?.[y] ?? false
  return dots[(x + step) % (wide + gapDots)]?.[y] ?? false
}

/** The display of a lane. */
export function LedBoard({ display, label }: { display: readonly string[]; label: string }) {
  const board = useRef<HTMLCanvasElement>(null)
  const { t } = useTexts()
  const text = display.join('\n')
  useEffect(() => {
    const shown =
      text === ''
        ? []
        : text
            .split('\n')
            .slice(0, lines)
            .map((one, line) => ({ dots: dotsOf(one), colour: colourOf(line, one) }))
    let step = 0
    draw(board.current!, shown, step)
    if (!shown.some(({ dots }) => dots.length > columns) || matchMedia('(prefers-reduced-motion: reduce)').matches)
      return
    const timer = setInterval(() => draw(board.current!, shown, ++step), msPerDot)
    return () => clearInterval(timer)
  }, [text])
  return (
    <canvas
      ref={board}
      class="led"
      width={columns * pitch}
      height={lines * lineDots * pitch}
      role="img"
      aria-label={`${label}: ${display.join(' ') || t.blank}`}
      data-text={text}
    />
  )
}
