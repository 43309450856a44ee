import { useEffect, useRef, useState } from 'preact/hooks'
import { type WalletName, walletNames } from '../../phone/phone.ts'
import type { StreetLayout } from '../../view.ts'
import { act, useClock } from '../live.ts'
import { addressOf, type OpenPage, type PhoneBook } from '../phone-book.ts'
import { codeText, useTexts, walletText } from '../texts.ts'
import { timeOfDay } from '../time.ts'
import { PayCode } from './pay-code.tsx'

/** Real phones are about this wide; the frame is drawn smaller or larger as there is room. */
const cssWidth = 375

/** The phone beside the street: the in-app browser of a wallet, in the hands of a driver. */
export function Phone({
  layout,
  book,
  isScanning,
  onScan,
}: {
  layout: StreetLayout
  book: PhoneBook
  isScanning: boolean
  onScan: (code: string) => void
}) {
  const { t, language } = useTexts()
  const page = book.pages[book.phone]
  const [isPaying, setPaying] = useState(false)
  const wallets = walletNames.filter((name) => layout.wallets.includes(name))
  const renew = async () => {
    book.close()
    await act({ do: 'new-phone', phone: book.phone })
  }
  return (
    <section class="phone-side" aria-label={t.phone}>
      <div class="phone-picks">
        <label class="pick-driver">
          <span class="sr">{t.driver}</span>
          <select value={book.driver} onChange={(event) => book.pickDriver(event.currentTarget.value)}>
            {layout.drivers.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="segmented">
          <legend class="sr">{t.wallet}</legend>
          {wallets.map((name) => (
            <button
              key={name}
              type="button"
              class={`segment ${name}`}
              aria-pressed={book.wallet === name}
              onClick={() => book.pickWallet(name)}
            >
              {walletText(language, name)}
            </button>
          ))}
        </fieldset>
        <button type="button" class="icon" title={t.newPhone} aria-label={t.newPhone} onClick={() => void renew()}>
          ↺
        </button>
      </div>
      <div class={`phone ${book.wallet}`}>
        <div class="screen">
          <StatusBar />
          {page ? <TitleBar page={page} book={book} host={hostOf(layout, page)} /> : null}
          <div class="glass">
            <Frames book={book} />
            {page ? null : isPaying ? (
              <PayCode phone={book.phone} wallet={book.wallet} onClose={() => setPaying(false)} />
            ) : (
              <ScanScreen layout={layout} wallet={book.wallet} onScan={onScan} onPay={() => setPaying(true)} />
            )}
            {isScanning ? <div class="scan-line" /> : null}
          </div>
        </div>
      </div>
    </section>
  )
}

const hostOf = (layout: StreetLayout, { at }: OpenPage): string =>
  at.startsWith('/~') ? at.slice(2).split('/')[0]! : new URL(layout.codes[0]?.url ?? location.href).host

function StatusBar() {
  const now = useClock(5_000)
  return (
    <div class="status-bar" aria-hidden="true">
      <span>{timeOfDay(now)}</span>
      <svg viewBox="0 0 62 14" width="52" height="12" aria-hidden="true">
        <path
          d="M1 12v-3M5.5 12V7M10 12V4.5M14.5 12V2"
          stroke="currentColor"
          stroke-width="2.6"
          stroke-linecap="round"
        />
        <text x="20" y="12" font-size="11" font-weight="700" fill="currentColor">
          5G
        </text>
        <rect x="40" y="2" width="18" height="10" rx="3" fill="none" stroke="currentColor" stroke-width="1.4" />
        <rect x="42" y="4" width="12" height="6" rx="1.5" fill="currentColor" />
        <path d="M60 5.5v3" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
      </svg>
    </div>
  )
}

function TitleBar({ page, book, host }: { page: OpenPage; book: PhoneBook; host: string }) {
  const { t } = useTexts()
  return (
    <div class="title-bar">
      <button type="button" class="bar" aria-label={t.back} title={t.back} onClick={book.back}>
        ‹
      </button>
      <button type="button" class="bar" aria-label={t.closePage} title={t.closePage} onClick={() => book.close()}>
        ×
      </button>
      <div class="bar-text">
        <strong>{page.title || '…'}</strong>
        <small title={page.at}>
          {host}
          {page.at.startsWith('/~') ? '' : page.at.split('?')[0]}
        </small>
      </div>
      <span class="bar-dots" aria-hidden="true">
        ⋯
      </span>
    </div>
  )
}

/** Every page that is open on any phone stays open; one is seen. */
function Frames({ book }: { book: PhoneBook }) {
  const { t } = useTexts()
  const glass = useRef<HTMLDivElement>(null)
  const [scale, setScale] = useState(0.8)
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setScale(entry!.contentRect.width / cssWidth))
    watch.observe(glass.current!)
    return () => watch.disconnect()
  }, [])
  const { origins } = book
  const shown =
    origins === null ? [] : Object.values(book.pages).filter(({ phone }) => origins === 'own' || phone === book.phone)
  return (
    <div ref={glass} class="frames">
      {shown.map(({ phone, path, visit }) => (
        <iframe
          key={`${phone} ${visit}`}
          ref={(frame) => {
            if (frame) book.frames.set(phone, frame)
          }}
          title={`${t.pageOf} ${phone}`}
          src={addressOf(origins!, phone, path)}
          hidden={phone !== book.phone}
          data-phone={phone}
          style={{ width: `${cssWidth}px`, height: `${100 / scale}%`, transform: `scale(${scale})` }}
        />
      ))}
    </div>
  )
}

function ScanScreen({
  layout,
  wallet,
  onScan,
  onPay,
}: {
  layout: StreetLayout
  wallet: WalletName
  onScan: (code: string) => void
  onPay: () => void
}) {
  const { t, language } = useTexts()
  return (
    <div class="scan-screen">
      <h2>
        {walletText(language, wallet)} · {t.scanTitle}
      </h2>
      <div class="finder" aria-hidden="true">
        <i />
      </div>
      <p>{t.scanHint}</p>
      <button type="button" class="to-pay-code" onClick={onPay}>
        {t.payCode}
      </button>
      <div class="scan-codes">
        {layout.codes.map(({ id, kind }) => (
          <button key={id} type="button" onClick={() => onScan(id)}>
            <img src={`/street/codes/${id}.svg`} alt="" />
            {codeText(language, kind)}
          </button>
        ))}
      </div>
    </div>
  )
}
