import { Button } from 'antd'
import { useState } from 'react'
import { wayOf } from './ask.ts'
import { useHere } from './here.tsx'
import { language, useTexts } from './language.ts'
import { ProblemBox } from './page.tsx'
import { Problem, problemOf } from './problem.ts'
import { type Words, withWords } from './request.ts'

const texts = {
  zh: { excel: '导出 Excel', csv: '导出 CSV', making: '正在生成文件，大的要等一会儿…' },
  en: { excel: 'Export to Excel', csv: 'Export as CSV', making: 'The file is being made; a large one takes a while …' },
}
const nameIn = (header: string | null): string => /filename="?([\w.-]+)"?/.exec(header ?? '')?.[1] ?? 'lanepay'

/** Takes files of one kind away, one at a time: which is being made, and why the last was not. */
export function useTake(path: string) {
  const here = useHere()
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  /** @param name of the file among those that are offered */
  const take = async (name: string, words: Words, behind = '') => {
    setBusy(name)
    setProblem(null)
    try {
      const way = wayOf(path + behind, here)
      const response = await fetch(withWords(way.path, words), { headers: way.headers })
      if (!response.ok) throw await problemOf(response)
      save(await response.blob(), nameIn(response.headers.get('content-disposition')))
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'offline', status: 0 }))
    } finally {
      setBusy(null)
    }
  }
  return { busy, problem, take }
}

/** Buttons that take what is on the screen, all pages of it, away as a file. Shown to whoever may. */
export function ExportButtons(props: { readonly path: string; readonly words: Words }) {
  const here = useHere()
  // Whatever a partner sees is its own.
  return here.may('export', 'operator') || here.me.person.partner !== null ? <FileButtons {...props} /> : null
}

/** The same, where whoever sees it may take it away too. */
export function FileButtons({ path, words }: { readonly path: string; readonly words: Words }) {
  const t = useTexts(texts)
  const lang = language.use()
  const { busy, problem, take } = useTake(path)
  return (
    <>
      {(['xlsx', 'csv'] as const).map((as) => (
        <Button
          key={as}
          loading={busy === as}
          disabled={busy !== null}
          onClick={() => void take(as, { ...words, as, lang })}
        >
          {as === 'xlsx' ? t.excel : t.csv}
        </Button>
      ))}
      <span role="status">{busy === null ? '' : t.making}</span>
      <ProblemBox problem={problem} />
    </>
  )
}

/** Has the browser save a file. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
