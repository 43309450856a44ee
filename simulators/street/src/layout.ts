import type { CodeKind, StreetLayout } from './view.ts'

export type LotPlan = {
  readonly name: string
  /** One in, one out. */
  readonly lanes: readonly {
    readonly id: number
    readonly name: string
    readonly direction: 'entry' | 'exit' | 'both'
  }[]
  readonly bays: number
  /** `laneId` says where it hangs; a prepay code hangs inside. */
  readonly codes: readonly {
    readonly kind: CodeKind
    readonly laneId?: number | null
    readonly name: string
    readonly url: string
  }[]
  /** What the board at the entry says of the prices. */
  readonly tariffText?: string
}

const mostBays = 12

/** The lot as the page draws it. @throws RangeError naming what cannot be drawn. */
export function layoutOf(
  { name, lanes, bays, codes, tariffText }: LotPlan,
  others: Pick<StreetLayout, 'kind' | 'kinds' | 'drivers' | 'wallets'>,
): StreetLayout {
  const only = (direction: 'entry' | 'exit') => {
    const [one, ...more] = lanes.filter((lane) => lane.direction === direction)
    if (!one || more.length > 0) throw new RangeError(`the street has one ${direction} lane`)
    return { id: one.id, name: one.name, direction }
  }
  if (!Number.isInteger(bays) || bays < 1 || bays > mostBays) throw new RangeError(`1 to ${mostBays} bays, got ${bays}`)
  return {
    lot: { name, bays, tariffText: tariffText ?? null },
    lanes: [only('entry'), only('exit')],
    codes: codes.map((code, index) => {
      const { pathname, search } = new URL(code.url)
      const laneId = code.kind === 'prepay' ? null : (code.laneId ?? null)
      return {
        id: `${others.kind}-code-${index + 1}`,
        kind: code.kind,
        laneId,
        name: code.name,
        url: code.url,
        path: pathname + search,
      }
    }),
    ...others,
  }
}
