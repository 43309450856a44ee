import type { CertificatesView } from '@lanepay/cloud/integrator/api.ts'
import { Link } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { texts } from './texts.ts'

const dayMs = 86_400_000

/** Certificates that end soon or have ended; one that was replaced is not there any more. For persons of the platform. */
export function EndingCertificates() {
  const t = useTexts(texts)
  const { data } = useAsk<CertificatesView>('/api/platform/certificates', {}, { everyMs: 3_600_000 })
  const ending = (data?.certificates ?? []).filter(({ state }) => state !== 'good')
  if (data === undefined || ending.length === 0) return null
  return (
    <section className="lp-card" role="alert" aria-label={t.certificates}>
      <ul className="lp-worth">
        {ending.map(({ channel, serial, validUntil }) => (
          <li key={`${channel} ${serial}`} className="lp-bad">
            {t.certificate(t.channels[channel] ?? channel, serial, Math.floor((validUntil - data.now) / dayMs))}
          </li>
        ))}
      </ul>
      <Link href="/platform/accounts">{t.certificatesHow}</Link>
    </section>
  )
}
