import type { ReactNode } from 'react'
import { Choices } from './choices.tsx'

/** Round pages for everybody: the name, the language, and the page. */
export function PlainFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="lp-plain">
      <header className="lp-top">
        <span className="lp-brand">Lanepay</span>
        <Choices />
      </header>
      <main id="page" className="lp-main">
        {children}
      </main>
    </div>
  )
}
