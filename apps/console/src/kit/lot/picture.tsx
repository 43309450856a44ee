import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { wayOf } from '../ask.ts'
import { useHere } from '../here.tsx'
import { language, useTexts } from '../language.ts'
import { Problem, problemOf } from '../problem.ts'
import { type ProblemTexts, problemText } from '../problem-texts.ts'
import { request } from '../request.ts'
import { Time } from '../shown.tsx'

const texts = {
  zh: {
    look: '看图片',
    again: '再取一次',
    fetching: '正在从车场取图片…',
    old: '车场没有连线，这是云端保存的最后一张',
    alt: (what: string) => `图片：${what}`,
  },
  en: {
    look: 'Show the picture',
    again: 'Fetch it again',
    fetching: 'Fetching the picture from the lot …',
    old: 'The lot is not there: this is the last that is kept here',
    alt: (what: string) => `Picture: ${what}`,
  },
}
const problems: ProblemTexts = {
  'no-picture': {
    zh: '车场没有这张图片（可能已过保存期，或相机没有上传）。',
    en: 'The lot has no picture of it: too old, or the camera sent none.',
  },
  unsupported: { zh: '这个车场的系统不提供图片。', en: "This lot's system gives no pictures." },
  'lot-offline': { zh: '车场没有连线，恢复后再看。', en: 'The lot is not there: look again when it is back.' },
}

/**
 * A picture, fetched when a person asks for it: of the read of an instant, of what a lot that sends them by itself calls so (a stay's way `in` or
 * `out`, a number of its own), or the lane's last. Shown to whoever may see pictures.
 */
export function LotPicture({
  way: path,
  of,
  what,
}: {
  /** `~/lots/7/lanes/2/pictures`. */
  readonly way: string
  /** Left out: the last. */
  readonly of?: number | string
  readonly what: string
}) {
  const t = useTexts(texts)
  const said = language.use()
  const here = useHere()
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState<{
    readonly src: string
    readonly at: number | string
    readonly isOld: boolean
  } | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => setShown(null), [path, of])
  if (!here.may('pictures.read', 'lane') && !here.may('pictures.read', 'lot')) return null
  const look = async () => {
    setBusy(true)
    setProblem(null)
    try {
      const way = wayOf(path, here)
      const last =
        of === undefined
          ? await request<{ at: number; asked: boolean }>(`${way.path}/last`, { headers: way.headers })
          : { at: of, asked: true }
      const response = await fetch(`${way.path}/${encodeURIComponent(last.at)}`, {
        headers: way.headers,
        cache: 'no-store',
      })
      if (!response.ok) throw await problemOf(response)
      setShown({ src: await dataUrl(await response.blob()), at: last.at, isOld: !last.asked })
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'offline', status: 0 }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="lp-picture">
      {!shown && <p className="lp-hint">{what}</p>}
      {shown && (
        <figure>
          <img src={shown.src} alt={t.alt(what)} />
          <figcaption className="lp-hint">
            {what} {typeof shown.at === 'number' && <Time at={shown.at} />} {shown.isOld && t.old}
          </figcaption>
        </figure>
      )}
      {(shown === null || of === undefined) && (
        <Button loading={busy} onClick={() => void look()} aria-label={`${shown ? t.again : t.look}: ${what}`}>
          {shown ? t.again : t.look}
        </Button>
      )}
      <span role="status" className="lp-hint">
        {busy ? t.fetching : ''}
      </span>
      {problem && (
        <p className="lp-hint" role="alert">
          {problemText(problem, said, problems)}
        </p>
      )}
    </div>
  )
}

/** The page's policy lets pictures come from here or out of the page itself, and from nowhere else. */
const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
