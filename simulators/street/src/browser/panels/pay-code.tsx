import { useEffect, useState } from 'preact/hooks'
import type { WalletName } from '../../phone/phone.ts'
import type { PayCodeView } from '../../view.ts'
import { live, useClock } from '../live.ts'
import { useTexts, walletText } from '../texts.ts'

/** Shown by this phone since an instant of the simulated clock: the wallet counts its minute by that. */
type Shown = PayCodeView & { readonly phone: string; readonly since: number }

/** What the attendant scans: the wallet's pay code, another one whenever its time is over. */
export function PayCode({ phone, wallet, onClose }: { phone: string; wallet: WalletName; onClose: () => void }) {
  const { t, language } = useTexts()
  const now = useClock(1_000)
  const [shown, setShown] = useState<Shown | null>(null)
  const [tries, setTries] = useState(0)
  const own = shown?.phone === phone ? shown : null
  const isOver = own !== null && now - own.since >= own.goodForMs
  const renew = () => setTries((before) => before + 1)
  useEffect(() => {
    let isGone = false
    void askPayCode(phone).then((code) => {
      if (code && !isGone) setShown({ ...code, phone, since: live.clockNow() })
    })
    return () => {
      isGone = true
    }
  }, [phone, tries])
  useEffect(() => {
    if (isOver) renew()
  }, [isOver])
  return (
    <div class="scan-screen pay-code">
      <h2>
        {walletText(language, wallet)} · {t.payCode}
      </h2>
      {own && !isOver ? (
        <div class="pay-card">
          <img src={`data:image/svg+xml,${encodeURIComponent(own.picture)}`} alt={own.code} />
          <output aria-label={t.payCodeDigits}>{own.code.replace(/(\d{4})(?=\d)/g, '$1 ')}</output>
        </div>
      ) : (
        <p>…</p>
      )}
      <p>{t.payCodeHint}</p>
      <div class="pay-code-buttons">
        <button type="button" onClick={renew}>
          {t.payCodeAgain}
        </button>
        <button type="button" onClick={onClose}>
          {t.scanTitle}
        </button>
      </div>
    </div>
  )
}

/** Null: the wallet shows none now; the driver may ask again. */
async function askPayCode(phone: string): Promise<PayCodeView | null> {
  const answer = await fetch(`/street/pay-code/${phone}`)
  return answer.ok ? ((await answer.json()) as PayCodeView) : null
}
