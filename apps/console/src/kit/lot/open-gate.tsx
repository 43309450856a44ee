import { Because } from '../because.tsx'
import { useHere } from '../here.tsx'
import { useTexts } from '../language.ts'
import { plateText } from '../shown.tsx'
import { orderProblems } from './orders.tsx'

const texts = {
  zh: {
    open: '远程开闸',
    title: (plate: string) => `为 ${plate} 开闸`,
    unread: '没有识别车牌的车',
    what: (lane: string) =>
      `${lane}：只为现在停在那里的这辆车打开一次。欠的费用会留下来，由人处理。会记下是谁、为什么，并留下图片。`,
    blind: (lane: string) => `${lane}：这个车场的系统不告诉我们谁停在那里，闸会打开一次。会记下是谁、为什么。`,
  },
  en: {
    open: 'Open from afar',
    title: (plate: string) => `Open the gate for ${plate}`,
    unread: 'the vehicle whose plate was not read',
    what: (lane: string) =>
      `${lane}: opened once, for the vehicle that stands there now. What it owes stands as a question for a person. Who and why is kept, with a picture.`,
    blind: (lane: string) =>
      `${lane}: this lot's system does not say who stands there; the gate opens once. Who and why is kept.`,
  },
}

/** A button that opens a lane for whoever stands there, with a reason; shown to whoever may. */
export function OpenGate({
  way,
  lane,
  standing,
  send,
}: {
  /** `~/lots/7/lanes/2`. */
  readonly way: string
  /** As a person calls it. */
  readonly lane: string
  /** Null: the lot's system does not say who stands where. */
  readonly standing: { readonly occupancy: string; readonly plate: string | null } | null
  readonly send: (path: string, body: object) => Promise<void>
}) {
  const t = useTexts(texts)
  const here = useHere()
  if (!here.may('gate.open', 'lane')) return null
  const who = standing === null ? lane : standing.plate === null ? t.unread : plateText(standing.plate)
  return (
    <Because
      label={t.open}
      title={t.title(who)}
      what={standing === null ? t.blind(lane) : t.what(lane)}
      sure={t.open}
      own={orderProblems}
      act={(reason) => send(`${way}/open`, { reason, occupancy: standing?.occupancy ?? null })}
    />
  )
}
