import type { Channel } from '@lanepay/channels/channel.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { Channels } from '../payment/settle.ts'
import type { CertificateView } from './api.ts'

const dayMs = 86_400_000
/** So long before a certificate ends somebody is told: another is made by hand in the channel's portal (alipay.md 2.7). */
export const toldBeforeMs = 30 * dayMs
/** And again, nearer to its end. */
const stepsMs = [0, dayMs, 7 * dayMs, toldBeforeMs] as const

export const stateOf = (validUntil: number, now: number): CertificateView['state'] =>
  validUntil <= now ? 'ended' : validUntil - now <= toldBeforeMs ? 'ends-soon' : 'good'

/** What the channels work with that ends one day, the first to end first. */
export const certificatesOf = (channels: Channels, now: number): readonly CertificateView[] =>
  (Object.entries(channels) as [ChannelName, Channel][])
    .flatMap(([channel, { certificates }]) =>
      (certificates?.() ?? []).map((one) => ({ channel, ...one, state: stateOf(one.validUntil, now) })),
    )
    .sort((a, b) => a.validUntil - b.validUntil)

/** Says in the log, once a step and process, which end within 30, 7 or one day or have ended: what watches the log calls somebody. */
export function certificateWatch({
  channels,
  log,
  clock,
}: {
  readonly channels: Channels
  readonly log: Log
  readonly clock: { now(): number }
}): () => Promise<void> {
  const said = new Map<string, number>()
  return async () => {
    const now = clock.now()
    for (const { channel, whose, serial, validUntil, state } of certificatesOf(channels, now)) {
      const step = stepsMs.find((ms) => validUntil - now <= ms)
      if (step === undefined || said.get(serial) === step) continue
      said.set(serial, step)
      const until = new Date(validUntil).toISOString()
      log(state === 'ended' ? 'error' : 'warn', 'certificate-ends', { channel, whose, serial, until })
    }
  }
}
