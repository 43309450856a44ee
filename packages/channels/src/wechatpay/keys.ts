import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NotificationRefusal } from '../channel.ts'
import { certificatesPath, readCertificates } from './certificates.ts'
import { certificateRingKey, encryptingKey, type KeyRing, mergeKeys, publicRingKey, type RingKey } from './key-ring.ts'
import type { WechatPaySettings } from './settings.ts'
import type { Transport } from './transport.ts'
import { checkSignature, type Headers, readSignatureHeaders } from './verify.ts'

/** For counters and logs; serials are public. */
export type KeyEvent =
  | { readonly kind: 'certificates-downloaded'; readonly serials: readonly string[] }
  | { readonly kind: 'download-failed'; readonly reason: string }
  | { readonly kind: 'unknown-serial'; readonly serial: string }

export type Keys = {
  /** Verifies one message. An unknown serial is worth one fresh download, then it is refused. */
  verify(headers: Headers, body: Uint8Array): Promise<Result<void, NotificationRefusal>>
  /** Downloads certificates when that is due. Returns whether any key could verify a message now. */
  refresh(now: Instant): Promise<boolean>
  encryptingKey(now: Instant): RingKey | undefined
  /** The certificates of WeChat Pay that are held now. */
  held?(): readonly RingKey[]
}

/** Certificates are asked for at least this often (wechat-pay.md 5.3). */
const downloadEveryMs = 12 * 3_600_000
/** Anybody can send us a message with a made-up serial; only this often may that cause a download. */
const unknownSerialGapMs = 30_000
const serialsRemembered = 1_000

/** Holds WeChat Pay's keys, both kinds at once, and keeps the certificates fresh where the account uses them. */
export function keepKeys(
  settings: WechatPaySettings,
  deps: { readonly transport: Transport; readonly clock: Clock; readonly onKeyEvent: (event: KeyEvent) => void },
): Keys {
  const apiV3Key = Buffer.from(settings.apiV3Key)
  let ring: KeyRing = [
    ...(settings.publicKey ? [publicRingKey(settings.publicKey)] : []),
    ...(settings.certificates?.known ?? []).map(certificateRingKey),
  ]
  let downloadedAt: Instant | null = null
  let triedAt: Instant | null = null
  let running: Promise<boolean> | null = null
  /** Serials a fresh list did not know either. Forgotten with the next regular download. */
  const hopeless = new Set<string>()

  function download(): Promise<boolean> {
    running ??= downloadOnce().finally(() => {
      running = null
    })
    return running
  }

  async function downloadOnce(): Promise<boolean> {
    triedAt = deps.clock.now()
    const fresh = await downloadCertificates(deps.transport, apiV3Key, ring, deps.clock)
    if (!fresh.ok) {
      deps.onKeyEvent({ kind: 'download-failed', reason: fresh.error })
      return false
    }
    downloadedAt = deps.clock.now()
    ring = mergeKeys(ring, fresh.value, downloadedAt)
    deps.onKeyEvent({ kind: 'certificates-downloaded', serials: fresh.value.map((key) => key.serial) })
    return true
  }

  async function learn(serial: string, now: Instant): Promise<boolean> {
    deps.onKeyEvent({ kind: 'unknown-serial', serial: serial.slice(0, 60) })
    if (!settings.certificates || serial.startsWith('PUB_KEY_ID_') || hopeless.has(serial)) return false
    if (running === null && triedAt !== null && now - triedAt < unknownSerialGapMs) return false
    return download()
  }

  return {
    async verify(headers, body) {
      const signed = readSignatureHeaders(headers)
      if (!signed.ok) return signed
      const now = deps.clock.now()
      const checked = await checkSignature(ring, signed.value, body, now)
      if (checked.ok || checked.error.kind !== 'unknown-key') return checked
      if (!(await learn(signed.value.serial, now))) return checked
      const again = await checkSignature(ring, signed.value, body, now)
      if (!again.ok && again.error.kind === 'unknown-key' && hopeless.size < serialsRemembered)
        hopeless.add(signed.value.serial)
      return again
    },
    async refresh(now) {
      if (settings.certificates && (downloadedAt === null || now - downloadedAt >= downloadEveryMs)) {
        hopeless.clear()
        await download()
      }
      return ring.some((held) => now <= held.validUntil)
    },
    encryptingKey: (now) => encryptingKey(ring, now),
    held: () => ring.filter(({ kind }) => kind === 'certificate'),
  }
}

/**
 * Downloads, decrypts, and only then verifies: the first download has no trusted key yet, so the very answer is checked
 * with the certificates it brought, which GCM has authenticated under the APIv3 key (wechat-pay.md 5.3).
 */
async function downloadCertificates(
  transport: Transport,
  apiV3Key: Uint8Array,
  ring: KeyRing,
  clock: Clock,
): Promise<Result<KeyRing, string>> {
  const answer = await transport({ method: 'GET', path: certificatesPath, body: '' })
  if (answer.kind !== 'answer') return err(answer.reason)
  if (answer.status !== 200) return err(`HTTP ${answer.status}`)
  const signed = readSignatureHeaders(answer.headers)
  if (!signed.ok) return err(signed.error.detail)
  const fresh = readCertificates(answer.body, apiV3Key)
  if (!fresh.ok) return fresh
  const now = clock.now()
  const verified = await checkSignature(mergeKeys(ring, fresh.value, now), signed.value, answer.body, now)
  return verified.ok ? ok(fresh.value) : err(`the certificate list ${verified.error.detail}`)
}
