import type { StreetLayout } from '../../view.ts'
import { codeText, useTexts } from '../texts.ts'

/** A printed code where it hangs: click to scan it with the phone, or to see it large. */
export function Post(props: {
  code: StreetLayout['codes'][number]
  style: Record<string, string>
  onScan: (code: string) => void
  onEnlarge: (code: string) => void
}) {
  const { code, style, onScan, onEnlarge } = props
  const { t, language } = useTexts()
  const name = codeText(language, code.kind)
  return (
    <div class={`post ${code.kind}`} style={style}>
      <button
        type="button"
        class="post-scan"
        title={t.scanHere}
        aria-label={`${t.scanHere}: ${name}`}
        onClick={() => onScan(code.id)}
      >
        <img src={`/street/codes/${code.id}.svg`} alt="" />
        <span class="post-name">{name}</span>
      </button>
      <button
        type="button"
        class="post-enlarge"
        title={t.enlarge}
        aria-label={`${t.enlarge}: ${name}`}
        onClick={() => onEnlarge(code.id)}
      >
        ⤢
      </button>
    </div>
  )
}
