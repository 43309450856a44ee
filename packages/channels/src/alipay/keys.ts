import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { HeldCertificate, NotificationRefusal } from '../channel.ts'
import { readAnswer, responseMember } from './answer.ts'
import { certificateSn, isValidAt, leafOf, readBundle } from './certificates.ts'
import type { Gateway } from './gateway.ts'
import {
  certificateRingKey,
  checkSignature,
  type KeyRing,
  type RingKey,
  readDownload,
  type Signed,
} from './key-ring.ts'
import { readPublicKey } from './rsa-keys.ts'
import type { AlipaySettings } from './settings.ts'

/** For counters and logs; the names of certificates are public. */
export type KeyEvent =
  | { readonly kind: 'certificate-downloaded'; readonly certSn: string }
  | { readonly kind: 'download-failed'; readonly reason: string }
  | { readonly kind: 'unknown-certificate'; readonly certSn: string }

/** Answers come from the gateway itself; notifications may come from anybody. */
export type Source = 'answer' | 'notification'

export type Keys = {
  /** Verifies one message. An unknown certificate is worth one download, then it is refused. */
  verify(signed: Signed, source: Source): Promise<Result<void, NotificationRefusal>>
  /** Why no message could be verified, or no call be made, at this instant; `null` when all is well. */
  fault(now: Instant): string | null
  /** In certificate mode, what it works with. */
  held?(): readonly HeldCertificate[]
}

const alwaysValid = Number.MAX_SAFE_INTEGER as Instant

/** Alipay's keys: the one that was configured, and in certificate mode every one it has changed to since. */
export function keepKeys(
  verify: AlipaySettings['verify'],
  deps: { readonly gateway: Gateway; readonly clock: Clock; readonly onKeyEvent: (event: KeyEvent) => void },
): Keys {
  if (verify.mode === 'certificate') return keepCertificates(verify, deps)
  const ring: KeyRing = [{ certSn: null, key: readPublicKey(verify.alipayPublicKey), validUntil: alwaysValid }]
  return { verify: async (signed) => checkSignature(ring, signed, deps.clock.now()), fault: () => null }
}

/** Only this often may an unknown name cause a download, counted by source: made-up names must not keep true ones out. */
const downloadGapMs = 30_000

function keepCertificates(
  verify: AlipaySettings['verify'] & { readonly mode: 'certificate' },
  { gateway, clock, onKeyEvent }: Parameters<typeof keepKeys>[1],
): Keys {
  const roots = readBundle(verify.rootCertificates)
  const appCertificate = leafOf(verify.appCertificate)
  let ring: KeyRing = [certificateRingKey(leafOf(verify.alipayCertificate))]
  const triedAt = new Map<Source, Instant>()
  const running = new Map<string, Promise<boolean>>()

  async function learn(certSn: string, source: Source, now: Instant): Promise<boolean> {
    onKeyEvent({ kind: 'unknown-certificate', certSn: certSn.slice(0, 60) })
    if (!/^[0-9a-f]{32}$/.test(certSn)) return false
    const underWay = running.get(certSn)
    if (underWay) return underWay
    if (now - (triedAt.get(source) ?? Number.NEGATIVE_INFINITY) < downloadGapMs) return false
    triedAt.set(source, now)
    const download = downloadOnce(certSn, now).finally(() => running.delete(certSn))
    running.set(certSn, download)
    return download
  }

  async function downloadOnce(certSn: string, now: Instant): Promise<boolean> {
    const fresh = await downloadCertificate(gateway, ring, { certSn, roots, now })
    if (!fresh.ok) {
      onKeyEvent({ kind: 'download-failed', reason: fresh.error })
      return false
    }
    ring = [...ring.filter((held) => now <= held.validUntil), fresh.value]
    onKeyEvent({ kind: 'certificate-downloaded', certSn })
    return true
  }

  return {
    async verify(signed, source) {
      const now = clock.now()
      const checked = checkSignature(ring, signed, now)
      if (checked.ok || checked.error.kind !== 'unknown-key' || signed.certSn === null) return checked
      if (await learn(signed.certSn, source, now)) return checkSignature(ring, signed, now)
      return checked
    },
    held: () => [
      {
        whose: 'application',
        serial: certificateSn(appCertificate),
        validUntil: appCertificate.validToDate.getTime() as Instant,
      },
      ...ring.map(({ certSn, validUntil }) => ({ whose: 'platform' as const, serial: certSn ?? '', validUntil })),
    ],
    fault(now) {
      if (!isValidAt(appCertificate, now)) return 'the application certificate is not valid now'
      return ring.some((held) => now <= held.validUntil) ? null : 'every certificate of Alipay has expired'
    },
  }
}

const method = 'alipay.open.app.alipaycert.download'

/**
 * Fetches a certificate, and believes it only when its chain holds and the answer that brought it is signed by it or by one
 * we hold: after a change Alipay signs with the very certificate we do not have yet (alipay.md 2.7).
 */
async function downloadCertificate(
  gateway: Gateway,
  ring: KeyRing,
  asked: Parameters<typeof readDownload>[1],
): Promise<Result<RingKey, string>> {
  const http = await gateway.post({ method, biz: { alipay_cert_sn: asked.certSn } })
  if (http.kind !== 'answer') return err(http.reason)
  if (http.status !== 200) return err(`HTTP ${http.status}`)
  const answer = readAnswer(http.body, responseMember(method))
  if (!answer.ok) return answer
  const { signed, sign, certSn } = answer.value
  if (sign === null) return err('the answer is not signed')
  const fresh = readDownload(signed, asked)
  if (!fresh.ok) return fresh
  const verified = checkSignature([...ring, fresh.value], { texts: [signed], sign, certSn }, asked.now)
  return verified.ok ? ok(fresh.value) : err(`the answer ${verified.error.detail}`)
}
