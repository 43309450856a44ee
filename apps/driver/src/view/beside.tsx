import { useEffect, useRef, useState } from 'preact/hooks'
import { language as keptLanguage, rememberLanguage } from '../edge/kept.ts'
import { type Language, texts } from '../texts/texts.ts'

/* What the pages beside that of fees share. That one has its own, so that nothing of these can make it heavier. */

/** The language this phone reads, said by the document too, and how to turn it. */
export function useLanguage(titles: Readonly<Record<Language, { readonly title: string }>>) {
  const [language, setLanguage] = useState(keptLanguage)
  useEffect(() => {
    document.documentElement.lang = language
    document.title = titles[language].title
  }, [language])
  const turn = () => {
    const other = language === 'en' ? 'zh-CN' : 'en'
    rememberLanguage(other)
    setLanguage(other)
  }
  return [language, turn] as const
}

/** For `main`: whoever walks the page by keyboard or by ear goes on at the top of a new screen, not at the top of the page. */
export function useTop(screen: string) {
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    scrollTo(0, 0)
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true })
  }, [screen])
  return main
}

/** In which lot, once that is known, what this page is for, and the one switch of language. */
export function Header(about: { lot: string | undefined; title: string; language: Language; turn: () => void }) {
  const { lot, title, language, turn } = about
  const t = texts[language]
  return (
    <header>
      <div class="lot">
        <p class="name">{lot ?? title}</p>
        {lot !== undefined && <p class="lane">{title}</p>}
      </div>
      <button
        type="button"
        class="language"
        lang={language === 'en' ? 'zh-CN' : 'en'}
        aria-label={t.otherLanguageLabel}
        onClick={turn}
      >
        {t.otherLanguage}
      </button>
    </header>
  )
}
