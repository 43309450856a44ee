import type { ReactNode } from 'react'

/** One figure that is read at a glance, with what it is of. */
export function Figure({
  name,
  value,
  of,
  children,
}: {
  readonly name: string
  readonly value: string
  readonly of?: string
  readonly children?: ReactNode
}) {
  return (
    <section className="lp-card lp-figure" aria-label={name}>
      <h2>{name}</h2>
      <p className="lp-big">{value}</p>
      {of && <p className="lp-hint">{of}</p>}
      {children}
    </section>
  )
}
