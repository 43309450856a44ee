import {
  aisleY,
  armY,
  bayTop,
  bayWidth,
  bayX,
  carLength,
  entryStopY,
  entryX,
  exitStopY,
  exitX,
  height,
  laneWidth,
  streetY,
  width,
} from '../../scene/ways.ts'
import { useTexts } from '../texts.ts'

const roadBottom = 136
const pavementBottom = 160
const lotBottom = height - 14
const half = laneWidth / 2
const trees: readonly (readonly [number, number, number])[] = [
  [44, 196, 26],
  [108, 222, 20],
  [956, 196, 26],
  [894, 190, 18],
  [626, 190, 15],
  [958, 262, 18],
]
export const lamps: readonly (readonly [number, number])[] = [
  [26, 146],
  [500, 146],
  [974, 146],
  [500, 566],
  [40, aisleY],
  [960, aisleY],
]

/** Everything that stands still: street, pavement, lot, lanes, bays, booth, trees. */
export function Ground({ bays, boothText }: { bays: number; boothText: string }) {
  const { t } = useTexts()
  const wide = bayWidth(bays)
  return (
    <g>
      <defs>
        <pattern id="grass" width="26" height="26" patternUnits="userSpaceOnUse">
          <rect width="26" height="26" fill="#b7cfa4" />
          <path d="M4 8l2 4M17 4l-2 4M11 19l2 4M22 17l-2 4" stroke="#a6c192" stroke-width="2" stroke-linecap="round" />
        </pattern>
        <pattern id="paving" width="24" height="24" patternUnits="userSpaceOnUse">
          <rect width="24" height="24" fill="#dcd7cb" />
          <path d="M0 0H24M0 0V24" stroke="#cbc5b6" stroke-width="1.5" />
        </pattern>
        <radialGradient id="crown" cx=".38" cy=".34" r=".75">
          <stop offset="0" stop-color="#8fbf72" />
          <stop offset="1" stop-color="#4f8547" />
        </radialGradient>
        <radialGradient id="lamp">
          <stop offset="0" stop-color="#ffe9a8" stop-opacity=".95" />
          <stop offset=".35" stop-color="#ffd978" stop-opacity=".42" />
          <stop offset="1" stop-color="#ffd978" stop-opacity="0" />
        </radialGradient>
        <linearGradient id="asphalt" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#5d666d" />
          <stop offset="1" stop-color="#525b62" />
        </linearGradient>
      </defs>
      <rect width={width} height={height} fill="url(#grass)" />

      <rect width={width} height={roadBottom} fill="#4a5258" />
      <path d={`M0 6H${width}`} stroke="#e9e6da" stroke-width="3" />
      <path d={`M0 ${roadBottom - 86}H${width}`} stroke="#f2c94c" stroke-width="4" stroke-dasharray="44 30" />
      <rect y={roadBottom} width={width} height={pavementBottom - roadBottom} fill="url(#paving)" />
      <path d={`M0 ${roadBottom}H${width}`} stroke="#b9b3a4" stroke-width="5" />
      <Arrow x={120} y={streetY} turn={90} />
      <Arrow x={880} y={streetY} turn={90} />

      <rect x="12" y={armY} width={width - 24} height={lotBottom - armY} rx="18" fill="url(#asphalt)" />
      {[entryX, exitX].map((x) => (
        <g key={x}>
          <path
            d={`M${x - half - 26} ${roadBottom - 3}Q${x - half} ${roadBottom} ${x - half} ${roadBottom + 30}V${armY + 20}H${x + half}V${roadBottom + 30}Q${x + half} ${roadBottom} ${x + half + 26} ${roadBottom - 3}Z`}
            fill="#566067"
          />
          <path
            d={`M${x - half + 5} ${roadBottom + 40}V${armY + 70}M${x + half - 5} ${roadBottom + 40}V${armY + 70}`}
            stroke="#f4f1e6"
            stroke-width="3.5"
            opacity=".85"
          />
        </g>
      ))}
      <Wall />

      <text class="painted" x={entryX} y={armY + 108} text-anchor="middle">
        {t.paintedIn}
      </text>
      <text class="painted" x={exitX} y={roadBottom + 68} text-anchor="middle">
        {t.paintedOut}
      </text>
      {[0.36, 0.5, 0.64].map((at) => (
        <Arrow key={at} x={width * at} y={aisleY} turn={90} />
      ))}

      {Array.from({ length: bays + 1 }, (_, line) => {
        const x = bayX(0, bays) - wide / 2 + wide * line
        return <path key={line} d={`M${x} ${bayTop}V${lotBottom - 8}`} stroke="#f4f1e6" stroke-width="4" opacity=".9" />
      })}
      {Array.from({ length: bays }, (_, bay) => (
        <g key={bay}>
          <rect x={bayX(bay, bays) - 24} y={lotBottom - 20} width="48" height="8" rx="4" fill="#e8b93c" />
          <text class="bay-number" x={bayX(bay, bays)} y={bayTop + 96} text-anchor="middle">
            {bay + 1}
          </text>
        </g>
      ))}

      <Booth text={boothText} />
      {trees.map(([x, y, r]) => (
        <g key={`${x} ${y}`}>
          <ellipse cx={x + 7} cy={y + 9} rx={r} ry={r * 0.9} fill="#000" opacity=".16" />
          <circle cx={x} cy={y} r={r} fill="url(#crown)" />
          <circle cx={x - r * 0.3} cy={y - r * 0.3} r={r * 0.42} fill="#a7d089" opacity=".55" />
        </g>
      ))}
    </g>
  )
}

function Arrow({ x, y, turn }: { x: number; y: number; turn: number }) {
  return (
    <path
      d="M0 -26L13 -6H5V26H-5V-6H-13Z"
      fill="#f4f1e6"
      opacity=".5"
      transform={`translate(${x} ${y}) rotate(${turn})`}
    />
  )
}

/** The wall round the lot, open where the lanes pass. */
function Wall() {
  const openings = [entryX, exitX].flatMap((x) => [x - half - 12, x + half + 12])
  const ends = [12, ...openings, width - 12]
  return (
    <g>
      {[0, 2, 4].map((index) => {
        const [from, to] = [ends[index]!, ends[index + 1]!]
        return (
          <g key={index}>
            <rect
              x={from}
              y={armY - 10}
              width={to - from}
              height="20"
              rx="5"
              fill="#000"
              opacity=".18"
              transform="translate(4 6)"
            />
            <rect x={from} y={armY - 10} width={to - from} height="20" rx="5" fill="#7fa267" />
            <rect x={from} y={armY - 10} width={to - from} height="9" rx="4" fill="#96b87d" />
          </g>
        )
      })}
    </g>
  )
}

function Booth({ text }: { text: string }) {
  return (
    <g transform="translate(506 202)">
      <rect x="6" y="8" width="96" height="72" rx="8" fill="#000" opacity=".2" />
      <rect width="96" height="72" rx="8" fill="#e9edf0" />
      <rect x="5" y="5" width="86" height="62" rx="6" fill="#f8fafb" stroke="#c3ccd2" />
      <path d="M5 36H91M48 5V67" stroke="#d9e0e4" stroke-width="2" />
      <text x="48" y="43" text-anchor="middle" class="booth">
        {text}
      </text>
    </g>
  )
}

/** A loop in the asphalt: lights up while a vehicle stands on it. */
export function Loops({ lane, front, underArm }: { lane: 'entry' | 'exit'; front: boolean; underArm: boolean }) {
  const x = lane === 'entry' ? entryX : exitX
  const stop = lane === 'entry' ? entryStopY : exitStopY
  const under = lane === 'entry' ? armY + 34 : armY - 34
  const loop = (y: number, length: number, on: boolean) => (
    <rect class={on ? 'loop on' : 'loop'} x={x - 40} y={y - length / 2} width="80" height={length} rx="6" />
  )
  return (
    <g>
      {loop(stop, carLength - 14, front)}
      {loop(under, 34, underArm)}
    </g>
  )
}
