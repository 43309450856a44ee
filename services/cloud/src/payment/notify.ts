import type { Log } from '@lanepay/domain/log.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Refunds } from '../refund/refund.ts'
import type { Metrics } from '../server/metrics.ts'
import type { Channels, Settle } from './settle.ts'

/**
 * Where channels tell us what happened: `POST /notify/<channel>`. The bytes are verified before anything is read from
 * them; a payment is believed only when it agrees with our own row; the channel is told "accepted" after the commit and
 * not before. What we do not believe is refused, counted and changes nothing; when the database is away the channel hears
 * an error and comes again.
 */
export function notifyRoutes(options: {
  readonly channels: Channels
  readonly settle: Settle
  readonly refunds: Refunds
  readonly metrics: Metrics
  readonly log: Log
  /** Something became of an application at a channel (application/channel): a reason to ask. */
  readonly heardOfApplication?: (applicationNumber: string) => Promise<void>
  /** Something became of cash change in a wallet (cash-change): a reason to ask. */
  readonly heardOfChange?: (changeNumber: string) => Promise<void>
}): FastifyPluginAsync {
  const { channels, settle, refunds, metrics, log, heardOfApplication, heardOfChange } = options
  return async (server) => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 }, (_, body, done) => done(null, body))
    for (const [name, channel] of Object.entries(channels) as [ChannelName, NonNullable<Channels[ChannelName]>][]) {
      server.post(`/notify/${name}`, async (request, reply) => {
        const raw = {
          headers: request.headers as Record<string, string | undefined>,
          body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
        }
        const answer = (accepted: boolean, outcome: string) => {
          metrics.notifications.inc({ channel: name, outcome })
          const { status, contentType, body } = channel.replyTo(accepted ? 'accepted' : 'refused', raw)
          return reply.code(status).header('content-type', contentType).send(body)
        }
        const heard = await channel.readNotification(raw)
        if (!heard.ok) {
          log('warn', 'notification-refused', { channel: name, refusal: heard.error.kind, detail: heard.error.detail })
          return answer(false, heard.error.kind)
        }
        const said = heard.value
        if (said.kind === 'other') {
          if (said.application) await heardOfApplication?.(said.application.applicationNumber)
          if (said.cashChange) await heardOfChange?.(said.cashChange.changeNumber)
          return answer(true, 'other')
        }
        const number = parseNumber('trade', said.tradeNumber)
        if (!number.ok) return answer(false, 'not-our-number')
        if (said.kind === 'payment') {
          const settled = await settle.heard(number.value, said.state)
          return answer(settled !== 'disbelieved', settled)
        }
        const refund = parseNumber('refund', said.refundNumber)
        if (!refund.ok || refund.value.lotId !== number.value.lotId || refund.value.bucket !== number.value.bucket)
          return answer(false, 'not-our-number')
        await refunds.heard(refund.value, refund.value.id, said.state)
        return answer(true, `refund-${said.state.state}`)
      })
    }
  }
}
