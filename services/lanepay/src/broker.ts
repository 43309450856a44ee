import { type BrokerRights, startBroker } from '@lanepay/lot-link/broker.ts'
import { readOrTell } from './config.ts'
import { portsAreFree, Told } from './keep.ts'
import { settingList } from './settings.ts'
import { untilToldToEnd } from './until-told.ts'

/** The broker alone; it knows nobody and asks the cloud about everybody, as any outside broker does. */
export async function runBroker(): Promise<void> {
  const settings = readOrTell()
  const { cloudUrl, brokerSecret } = settings
  if (cloudUrl === null || brokerSecret === null)
    throw new Told('Set LANEPAY_CLOUD_URL and LANEPAY_BROKER_SECRET: the broker asks the cloud about its users.')
  await portsAreFree([{ host: settings.brokerHost, port: settings.brokerPort, setting: settingList.brokerPort }])
  const broker = await startBroker({
    host: settings.brokerHost,
    port: settings.brokerPort,
    rightsOf: askCloud(cloudUrl, brokerSecret),
  })
  console.log(JSON.stringify({ at: new Date().toISOString(), level: 'info', event: 'broker-started', url: broker.url }))
  await untilToldToEnd()
  await broker.close()
}

/** Asks the cloud who a user is; null when it knows nobody by that name and password. */
const askCloud =
  (cloudUrl: string, secret: string) =>
  async (clientId: string, username: string, password: string): Promise<BrokerRights | null> => {
    const answer = await fetch(`${cloudUrl}/internal/broker/user`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-lanepay-broker': secret },
      body: JSON.stringify({ clientId, username, password }),
      signal: AbortSignal.timeout(5_000),
    })
    if (answer.status === 404) return null
    if (!answer.ok) throw new Error(`the cloud answered ${answer.status} when asked about a user`)
    return (await answer.json()) as BrokerRights
  }
