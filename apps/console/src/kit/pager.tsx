import { Button } from 'antd'
import { useAddress } from './address.ts'
import { useTexts } from './language.ts'

const texts = {
  zh: { next: '下一页', first: '回到第一页', older: '更早的', newest: '回到最新' },
  en: { next: 'Next page', first: 'To the first page', older: 'Older', newest: 'To the newest' },
}

/** On to the page behind `next`, null on the last one, and back to the first: by a word of the address, `before` where the newest come first. */
export function Pager({ next, by = 'after' }: { readonly next: string | null; readonly by?: string }) {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  return (
    <div className="lp-pager">
      {words[by] !== undefined && (
        <Button onClick={() => set({ [by]: undefined })}>{by === 'before' ? t.newest : t.first}</Button>
      )}
      {next !== null && (
        <Button
          onClick={() => {
            set({ [by]: next })
            scrollTo({ top: 0 })
          }}
        >
          {by === 'before' ? t.older : t.next}
        </Button>
      )}
    </div>
  )
}
