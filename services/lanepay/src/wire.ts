import type { Clock } from '@lanepay/domain/clock.ts'
import { parseTopic } from '@lanepay/lot-link/topics.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'

/** Tells the street what the broker carries between lots and the cloud. */
export const lotLinkWire =
  (clock: Clock, tell: Tell) =>
  (topic: string, payload: Buffer): void => {
    const about = parseTopic(topic)
    if (!about || about.kind === 'heartbeat') return
    const agent = `lot ${about.lotId}`
    const text = payload.toString()
    tell({
      at: clock.now(),
      wire: 'lot-link',
      from: about.direction === 'up' ? agent : 'cloud',
      to: about.direction === 'up' ? 'cloud' : agent,
      title: `MQTT ${topic}`,
      detail: JSON.parse(text) as unknown,
    })
  }
