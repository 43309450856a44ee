import { type ComponentType, lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { Frame } from './frame/frame.tsx'
import { Guard } from './frame/guard.tsx'
import { NothingHere } from './frame/nothing-here.tsx'
import { PlainFrame } from './frame/plain-frame.tsx'
import { Whole } from './frame/whole.tsx'
import { useTexts } from './kit/language.ts'
import { Said } from './kit/said.tsx'
import type { PageDefinition } from './page-definition.ts'
import { pages } from './pages.ts'

const views = new Map<PageDefinition, ComponentType>(pages.map((page) => [page, lazy(page.view)]))
const forEverybody = pages.filter(({ who }) => who === 'everybody')
const forSignedIn = pages.filter(({ who }) => who !== 'everybody')

function View({ page }: { readonly page: PageDefinition }) {
  const Shown = views.get(page)!
  return (
    <Whole key={page.path}>
      <Suspense fallback={<Coming />}>
        <Shown />
      </Suspense>
    </Whole>
  )
}
const Coming = () => (
  <p className="lp-wait" role="status">
    {useTexts({ zh: '正在打开…', en: 'Opening …' })}
  </p>
)

/** The console: pages for everybody as they are, all others within the frame, for whoever is signed in. */
export function App() {
  return (
    <>
      <Switch>
        {forEverybody.map((page) => (
          <Route key={page.path} path={page.path}>
            <PlainFrame>
              <View page={page} />
            </PlainFrame>
          </Route>
        ))}
        <Route>
          <Frame>
            <Switch>
              {forSignedIn.map((page) => (
                <Route key={page.path} path={page.path}>
                  <Guard page={page}>
                    <View page={page} />
                  </Guard>
                </Route>
              ))}
              <Route>
                <NothingHere />
              </Route>
            </Switch>
          </Frame>
        </Route>
      </Switch>
      <Said />
    </>
  )
}
