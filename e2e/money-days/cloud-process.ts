import type { CloudSettings } from '@lanepay/cloud/cloud.ts'
import { startCloud } from '@lanepay/cloud/cloud.ts'
import { openDatabase } from '@lanepay/database/database.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type ChannelSettings, openChannels } from '@lanepay/lanepay/parts.ts'

/*
 * The cloud of the lived days: the whole of it, as a process that can be killed. Its clock stands at what it was told last, and its
 * rounds are turned when it is told to.
 */

/** The first message. */
export type Beginning = {
  readonly settings: CloudSettings
  readonly channels: ChannelSettings
  readonly database: string
  readonly now: number
}
/** Every later one: what time it is, and which rounds to turn, one after the other. */
export type Turn = { readonly turn: number; readonly now: number; readonly rounds: readonly string[] }
export type Said =
  | { readonly said: 'started' }
  | { readonly said: 'turned'; readonly turn: number }
  | { readonly said: 'error'; readonly event: string; readonly fields: Readonly<Record<string, unknown>> }

const say = (what: Said) => void process.send!(what)
let now = 0 as Instant
const clock = { now: () => now }
const rounds = new Map<string, () => Promise<unknown>>()
const log: Log = (level, event, fields = {}) => {
  if (level === 'error') say({ said: 'error', event, fields })
}

async function begin(told: Beginning): Promise<void> {
  now = told.now as Instant
  await startCloud(told.settings, {
    database: openDatabase({ connection: told.database }),
    clock,
    log,
    channels: openChannels(told.channels, clock, log),
    page: { html: '<!doctype html><title>the page</title>', assets: [], otherBrowser: ({ lotName }) => lotName },
    keepGoing: (name, _, __, round) => {
      rounds.set(name, round)
      return { stop: async () => {} }
    },
  })
  await rounds.get('keys')!()
  say({ said: 'started' })
}
async function take({ turn, now: told, rounds: names }: Turn): Promise<void> {
  now = told as Instant
  for (const name of names)
    await rounds.get(name)!().catch((error: Error) =>
      log('error', 'round-failed', { round: name, message: error.message }),
    )
  say({ said: 'turned', turn })
}
// Whoever lives these days has ended: so does this.
process.on('disconnect', () => process.exit())
process.on('message', (told: Beginning | Turn) => void ('settings' in told ? begin(told) : take(told)))
