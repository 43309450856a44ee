import { useEffect, useRef } from 'preact/hooks'
import type { StreetLayout } from '../../view.ts'
import { codeText, useTexts } from '../texts.ts'

/** A printed code, large enough for a real scanner on a projector. */
export function LargeCode({
  code,
  onScan,
  onClose,
}: {
  code: StreetLayout['codes'][number]
  onScan: (code: string) => void
  onClose: () => void
}) {
  const { t, language } = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="large-code" aria-label={codeText(language, code.kind)} onClose={onClose}>
      <h2>{codeText(language, code.kind)}</h2>
      <img src={`/street/codes/${code.id}.svg`} alt={code.url} />
      <p class="quiet">{t.realPhone}</p>
      <code>{code.url}</code>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => onScan(code.id)}>
          {t.scanHere}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          {t.close}
        </button>
      </div>
    </dialog>
  )
}
