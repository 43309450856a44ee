import { useRef, useState } from 'preact/hooks'
import { darknessAt } from '../../scene/daylight.ts'
import { armY, carLength, entryX, exitX, height, laneWidth, width } from '../../scene/ways.ts'
import type { Car } from '../../traffic.ts'
import type { StreetLayout, StreetView } from '../../view.ts'
import { act, useClock } from '../live.ts'
import { useTexts } from '../texts.ts'
import { Cars, useFollow } from './cars.tsx'
import { Camera, Gate } from './gate.tsx'
import { Ground, Loops, lamps } from './ground.tsx'
import { LedBoard } from './led-board.tsx'
import { PlateTag } from './plate-tag.tsx'
import { Post } from './post.tsx'

const at = (x: number, y: number, wide: number) => ({
  left: `${(x / width) * 100}%`,
  top: `${(y / height) * 100}%`,
  width: `${(wide / width) * 100}%`,
})
const half = laneWidth / 2

/** The lot from above. */
export function Scene(props: {
  layout: StreetLayout
  view: StreetView
  picked: number | null
  onPick: (car: number | null) => void
  onScan: (code: string) => void
  onEnlarge: (code: string) => void
  onRefused: (refusal: string) => void
}) {
  const { layout, view, picked, onPick } = props
  const { t } = useTexts()
  const dark = darknessAt(useClock(5_000))
  const { bays } = layout.lot
  const laneOf = (direction: 'entry' | 'exit') =>
    view.lanes[layout.lanes.find((one) => one.direction === direction)!.id]!
  const [entry, exit] = [laneOf('entry'), laneOf('exit')]
  const code = (kind: 'entry' | 'prepay' | 'exit') => layout.codes.find((one) => one.kind === kind)
  const posts = [
    { code: code('entry'), x: entryX + half + 34, y: 176 },
    { code: code('prepay'), x: 412, y: armY + 24 },
    { code: code('exit'), x: exitX - half - 34 - 92, y: armY + 24 },
  ]
  return (
    <section class="scene-frame" aria-label={t.scene}>
      <div class="scene" style={{ '--dark': dark.toFixed(3) }}>
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <Ground bays={bays} boothText={t.booth} />
          <Loops lane="entry" {...entry.loops} />
          <Loops lane="exit" {...exit.loops} />
          <Cars cars={view.cars} bays={bays} />
          <Gate lane="entry" arm={entry.arm} />
          <Gate lane="exit" arm={exit.arm} />
          <rect class="night" width={width} height={height} />
          {lamps.map(([x, y]) => (
            <circle key={`${x} ${y}`} class="lamp" cx={x} cy={y} r="120" fill="url(#lamp)" />
          ))}
          <Camera lane="entry" flashes={entry.flashes} />
          <Camera lane="exit" flashes={exit.flashes} />
        </svg>
        {(['entry', 'exit'] as const).map((lane) => {
          const { display, said } = lane === 'entry' ? entry : exit
          const label = lane === 'entry' ? t.entryDisplay : t.exitDisplay
          return (
            <div key={lane} class="board" style={at(lane === 'entry' ? 20 : 796, 226, 184)}>
              <LedBoard display={display} label={label} />
              {said === null ? null : (
                <p key={said} class="said">
                  <span class="sr">{t.said}: </span>
                  {said}
                </p>
              )}
            </div>
          )
        })}
        {(['entry', 'exit'] as const).map((lane) => (
          <button
            key={lane}
            type="button"
            class="by-hand"
            style={at((lane === 'entry' ? entryX + half + 14 : exitX - half - 14) - 22, armY - 24, 44)}
            title={t.openByHand}
            aria-label={`${lane === 'entry' ? t.paintedIn : t.paintedOut}: ${t.openByHand}`}
            onClick={() => void act({ do: 'open-by-hand', lane })}
          />
        ))}
        {posts.map(
          (post) =>
            post.code && (
              <Post
                key={post.code.id}
                code={post.code}
                style={at(post.x, post.y, 92)}
                onScan={props.onScan}
                onEnlarge={props.onEnlarge}
              />
            ),
        )}
        {view.cars.map((car) => (
          <CarTag
            key={car.id}
            car={car}
            bays={bays}
            isPicked={car.id === picked}
            onPick={onPick}
            onRefused={props.onRefused}
          />
        ))}
      </div>
    </section>
  )
}

/** The plate over a car, and what it can be told when it is picked. */
function CarTag({
  car,
  bays,
  isPicked,
  onPick,
  onRefused,
}: {
  car: Car
  bays: number
  isPicked: boolean
  onPick: (car: number | null) => void
  onRefused: (refusal: string) => void
}) {
  const tag = useRef<HTMLDivElement>(null)
  const [isLow, setLow] = useState(false)
  const { t } = useTexts()
  useFollow(car, bays, ({ x, y }) => {
    const element = tag.current
    if (!element) return
    element.style.left = `${(x / width) * 100}%`
    element.style.top = `${(y / height) * 100}%`
    setLow(y > height - carLength * 2)
  })
  const action =
    car.place.at === 'bay' ? 'drive-out' : car.place.at === 'entry' || car.place.at === 'exit' ? 'turn-back' : null
  const run = async () => {
    if (action === null) return
    onPick(null)
    const refused = await act({ do: action, car: car.id })
    if (refused !== null) onRefused(refused)
  }
  return (
    <div ref={tag} class={`car-tag ${isPicked ? 'picked' : ''} ${isLow ? 'low' : ''}`}>
      {/* The list of cars says and does the same for keyboards and screen readers. */}
      <button
        type="button"
        tabIndex={-1}
        aria-hidden="true"
        class="car-plate"
        onClick={() => onPick(isPicked ? null : car.id)}
      >
        <PlateTag plate={car.plate} colour={car.colour} />
      </button>
      {isPicked && action !== null && (
        <button type="button" class="small primary car-action" onClick={() => void run()}>
          {action === 'drive-out' ? t.driveOut : t.turnBack}
        </button>
      )}
    </div>
  )
}
