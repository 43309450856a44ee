import { Button } from 'antd'
import { useTell } from '../kit/ask.ts'
import { chosen, useHere } from '../kit/here.tsx'
import { useTexts } from '../kit/language.ts'
import { timeText } from '../kit/shown.tsx'

const texts = {
  zh: {
    looking: (operator: string, until: string) =>
      `您正在查看运营方 ${operator}，只读，到 ${until} 自动结束。对方能看到您看过的每一页。`,
    end: '结束查看',
  },
  en: {
    looking: (operator: string, until: string) =>
      `You are looking at operator ${operator}: read only, until ${until}. The operator sees everything that you look at.`,
    end: 'End the look',
  },
}

/** Over every page while somebody of the platform looks at an operator's view. */
export function LookBanner() {
  const { look } = useHere()
  const t = useTexts(texts)
  const end = useTell(`/api/platform/looks/${look?.look ?? ''}/end`)
  if (!look) return null
  const over = () => chosen.setLook(null)
  return (
    <div className="lp-banner lp-banner-look" role="status">
      <p>{t.looking(look.operator, timeText(look.endsAt).slice(11, 16))}</p>
      {/* A look that has ended by itself is over here too. */}
      <Button loading={end.isPending} onClick={() => end.mutate({}, { onSettled: over })}>
        {t.end}
      </Button>
    </div>
  )
}
