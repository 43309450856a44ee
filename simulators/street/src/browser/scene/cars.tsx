import { useEffect, useMemo, useRef } from 'preact/hooks'
import { carLength, carPose, carWidth, wayOf } from '../../scene/ways.ts'
import type { Car } from '../../traffic.ts'
import { live } from '../live.ts'

const paints = [
  '#f4f5f6',
  '#20262c',
  '#c9ced3',
  '#b3261e',
  '#1f4f9c',
  '#8a6d3b',
  '#2f6b52',
  '#e2e0d8',
  '#5b6b7a',
  '#d8b24a',
]
const shapes = ['sedan', 'suv', 'van'] as const

/** All cars, each where it is at this very frame. */
export function Cars({ cars, bays }: { cars: readonly Car[]; bays: number }) {
  return (
    <g>
      {cars.map((car) => (
        <MovingCar key={car.id} car={car} bays={bays} />
      ))}
    </g>
  )
}

/** Follows a car frame by frame without drawing the page anew; rests while the car does. */
export function useFollow(
  car: Car,
  bays: number,
  draw: (pose: ReturnType<typeof carPose>, moving: boolean) => void,
): void {
  const way = useMemo(() => wayOf(car, bays), [car, bays])
  useEffect(() => {
    let frame = 0
    const step = () => {
      const now = live.machineNow()
      const moving = now < car.since + car.takesMs
      draw(carPose(car, bays, now, way), moving)
      if (moving) frame = requestAnimationFrame(step)
    }
    step()
    return () => cancelAnimationFrame(frame)
  })
}

function MovingCar({ car, bays }: { car: Car; bays: number }) {
  const group = useRef<SVGGElement>(null)
  useFollow(car, bays, ({ x, y, heading }, moving) => {
    group.current?.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${heading.toFixed(1)})`)
    group.current?.classList.toggle('moving', moving)
  })
  const paint = paints[car.look % paints.length]!
  const shape = shapes[Math.floor(car.look / paints.length) % shapes.length]!
  return (
    <g ref={group} class="car">
      <CarShape paint={paint} shape={shape} />
    </g>
  )
}

const l = carLength / 2
const w = carWidth / 2

/** A car from above, nose to the right, its middle at the origin. */
function CarShape({ paint, shape }: { paint: string; shape: (typeof shapes)[number] }) {
  const glass = '#1b2a36'
  const front = shape === 'van' ? 26 : 20
  const back = shape === 'sedan' ? -34 : -46
  return (
    <>
      <path
        class="beam"
        d={`M${l - 4} ${-w + 10}L${l + 120} ${-w - 34}V${w + 34}L${l - 4} ${w - 10}Z`}
        fill="url(#lamp)"
      />
      <rect x={-l + 4} y={-w + 6} width={carLength} height={carWidth} rx="16" fill="#000" opacity=".3" />
      <rect
        x={-l}
        y={-w}
        width={carLength}
        height={carWidth}
        rx={shape === 'van' ? 11 : 17}
        fill={paint}
        stroke="#00000055"
        stroke-width="1.5"
      />
      <path
        d={`M${l - 26} ${-w + 5}Q${l - 6} ${-w + 8} ${l - 4} 0Q${l - 6} ${w - 8} ${l - 26} ${w - 5}`}
        fill="#ffffff"
        opacity=".14"
      />
      <path
        d={`M${front} ${-w + 7}Q${front + 11} 0 ${front} ${w - 7}L${front - 14} ${w - 11}Q${front - 8} 0 ${front - 14} ${-w + 11}Z`}
        fill={glass}
      />
      <rect
        x={back + 12}
        y={-w + 9}
        width={front - back - 28}
        height={carWidth - 18}
        rx="9"
        fill="#ffffff"
        opacity=".13"
      />
      <path d={`M${back} ${-w + 9}Q${back - 6} 0 ${back} ${w - 9}L${back + 10} ${w - 12}V${-w + 12}Z`} fill={glass} />
      <path
        d={`M${back + 14} ${-w + 4}H${front - 16}L${front - 22} ${-w + 9}H${back + 16}ZM${back + 14} ${w - 4}H${front - 16}L${front - 22} ${w - 9}H${back + 16}Z`}
        fill={glass}
        opacity=".9"
      />
      <path d={`M${front - 8} ${-w}v-5h7v6zM${front - 8} ${w}v5h7v-6z`} fill={paint} stroke="#00000055" />
      <rect x={l - 8} y={-w + 6} width="6" height="11" rx="3" fill="#fff6cf" />
      <rect x={l - 8} y={w - 17} width="6" height="11" rx="3" fill="#fff6cf" />
      <rect x={-l + 2} y={-w + 6} width="5" height="11" rx="2.5" fill="#d33a2c" />
      <rect x={-l + 2} y={w - 17} width="5" height="11" rx="2.5" fill="#d33a2c" />
    </>
  )
}
