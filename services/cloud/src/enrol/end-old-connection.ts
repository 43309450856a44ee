import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { connectAgentEnd } from '@lanepay/lot-link/agent-end.ts'
import { agentOf } from '../command/dispatch.ts'

const withinMs = 5_000

/**
 * Ends the connection of a lot's old agent at any broker, without asking the broker to be ours: a client that comes under the
 * same id ends the elder one's connection (MQTT 3.1.1, 3.1.4-2). So the new agent's key is shown once, and the line given
 * up again. The old agent's secret is replaced by then; it cannot come back.
 *
 * Where the broker does not answer, it is told in the log: the old connection then ends when the new agent comes.
 */
export const endingOldConnections =
  (options: { readonly brokerUrl: string; readonly clock: Clock; readonly log: Log }) =>
  async (lot: LotKey, key: string): Promise<void> => {
    const { log } = options
    let wasThere = false
    await new Promise<void>((resolve) => {
      const line = connectAgentEnd({
        ...options,
        device: agentOf(lot),
        secret: key,
        handlers: {
          connected: () => {
            wasThere = true
            end()
          },
          // What the cloud says meanwhile is said again until an agent answers.
          welcome: () => {},
          ack: () => {},
          request: () => {},
          command: () => {},
        },
      })
      const patience = setTimeout(() => end(), withinMs)
      const end = () => {
        clearTimeout(patience)
        void line.close().then(resolve)
      }
    })
    if (!wasThere) log('warn', 'old-agent-not-ended', { lot: lot.lotId })
  }
