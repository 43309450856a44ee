import { Link, useLocation } from 'wouter'
import { useHere } from '../kit/here.tsx'
import { language, useTexts } from '../kit/language.ts'
import { isShown, menuGroups, type PageDefinition } from '../page-definition.ts'
import { pages } from '../pages.ts'

const isAt = (location: string, { path }: PageDefinition) =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`)

/** The pages that whoever sits here may see, in groups. */
export function Menu({ onGo }: { readonly onGo?: () => void }) {
  const here = useHere()
  const said = language.use()
  const label = useTexts({ zh: '主菜单', en: 'Main menu' })
  const [location] = useLocation()
  const groups = Object.entries(menuGroups).flatMap(([group, title]) => {
    const shown = pages
      .filter((page) => page.menu?.group === group && isShown(page, here))
      .sort((a, b) => a.menu!.order - b.menu!.order)
    return shown.length === 0 ? [] : [{ group, title, shown }]
  })
  return (
    <nav className="lp-menu" aria-label={label}>
      {groups.map(({ group, title, shown }) => (
        <div key={group}>
          <h2 id={`menu-${group}`}>{title[said]}</h2>
          <ul aria-labelledby={`menu-${group}`}>
            {shown.map((page) => (
              <li key={page.path}>
                <Link
                  href={page.path}
                  {...(isAt(location, page) ? { 'aria-current': 'page' as const } : {})}
                  {...(onGo ? { onClick: onGo } : {})}
                >
                  {page.title[said]}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}
