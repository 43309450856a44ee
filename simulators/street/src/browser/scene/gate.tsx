import type { LaneState } from '../../lane-handle.ts'
import { armY, entryStopY, entryX, exitStopY, exitX, laneWidth } from '../../scene/ways.ts'

const half = laneWidth / 2

/** The barrier of a lane: its arm swings inwards when it rises. */
export function Gate({ lane, arm }: { lane: 'entry' | 'exit'; arm: LaneState['arm'] }) {
  const pivot = lane === 'entry' ? entryX + half + 14 : exitX - half - 14
  const direction = lane === 'entry' ? -1 : 1
  const open = arm === 'up' || arm === 'rising'
  return (
    <g transform={`translate(${pivot} ${armY}) scale(${direction} 1)`}>
      <g class={`arm ${lane} ${open ? 'open' : ''}`}>
        <rect x="0" y="-1" width={laneWidth + 16} height="13" rx="6" fill="#000" opacity=".25" />
        <rect
          x="0"
          y="-7"
          width={laneWidth + 16}
          height="13"
          rx="6"
          fill="#fdfdfb"
          stroke="#9a2a20"
          stroke-width="1.5"
        />
        {[16, 44, 72, 100].map((x) => (
          <path key={x} d={`M${x} -6h12l-6 11h-12z`} fill="#d8392b" />
        ))}
      </g>
      <rect x="-17" y="-19" width="34" height="40" rx="7" fill="#000" opacity=".25" transform="translate(3 4)" />
      <rect x="-17" y="-20" width="34" height="40" rx="7" fill="#f2a51e" stroke="#b87508" />
      <circle
        cy="0"
        r="8"
        fill={arm === 'up' ? '#1fbf62' : open || arm === 'lowering' ? '#ffe45c' : '#e5392b'}
        stroke="#fff"
        stroke-width="2"
      />
    </g>
  )
}

/** The camera over a lane: its field of view, and a flash for every picture. */
export function Camera({ lane, flashes }: { lane: 'entry' | 'exit'; flashes: number }) {
  const entry = lane === 'entry'
  const x = entry ? entryX - half - 22 : exitX + half + 22
  const y = entry ? armY - 24 : armY + 26
  const stop = entry ? entryStopY : exitStopY
  const towards = entry ? entryX : exitX
  const nose = stop + (entry ? 40 : -40)
  const tail = stop - (entry ? 50 : -50)
  const cone = `M${x} ${y}L${towards - 46} ${entry ? tail : nose}L${towards + 46} ${entry ? nose : tail}Z`
  return (
    <g>
      <path class="cone" d={cone} />
      {flashes > 0 && (
        <g key={flashes} class="flash">
          <path d={cone} fill="#fff" opacity=".75" />
          <circle cx={x} cy={y} r="42" fill="#fff" />
          <circle cx={towards} cy={nose} r="58" fill="#fff" opacity=".8" />
        </g>
      )}
      <g transform={`translate(${x} ${y})`}>
        <circle r="13" fill="#000" opacity=".25" cx="3" cy="4" />
        <circle r="13" fill="#39444c" />
        <g transform={`rotate(${(Math.atan2(stop - y, towards - x) * 180) / Math.PI})`}>
          <rect x="-6" y="-8" width="24" height="16" rx="4" fill="#f5f7f8" stroke="#8a969e" />
          <rect x="15" y="-5" width="6" height="10" rx="2" fill="#14202a" />
        </g>
      </g>
    </g>
  )
}
