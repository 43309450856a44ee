import { mkdirSync } from 'node:fs'
import { startCloud } from '@lanepay/cloud/cloud.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { readOrTell } from './config.ts'
import { claimHome, keptSecrets, portsAreFree, Told } from './keep.ts'
import { jsonLog } from './log.ts'
import { consolePage, driverPage } from './pages.ts'
import { channelSettings, cloudSettings, openBank, openChannels, openData } from './parts.ts'
import { settingList } from './settings.ts'
import { untilToldToEnd } from './until-told.ts'

/** One cloud process against a real database and real channels, until it is told to end; then it drains. */
export async function runCloud(role: { serves: boolean; works: boolean }): Promise<void> {
  const settings = readOrTell()
  const log = jsonLog(settings.logLevel, (line) => process.stdout.write(line))
  if (role.serves && settings.publicUrl === null)
    throw new Told('Set LANEPAY_PUBLIC_URL to the address that drivers and channels reach.')
  if (role.serves)
    await portsAreFree([{ host: settings.httpHost, port: settings.httpPort, setting: settingList.httpPort }])
  mkdirSync(settings.home, { recursive: true })
  // The database under this folder has one that starts and stops it.
  const release = settings.databaseUrl === null ? claimHome(settings.home) : () => {}
  const secrets = keptSecrets(settings.home)
  const data = await openData(settings, systemClock)
  const [page, console] = await Promise.all([driverPage(settings.home), consolePage(settings.home)])
  const accounts = channelSettings(settings)
  const channels = openChannels(accounts, systemClock, log)
  const cloud = await startCloud(cloudSettings(settings, secrets, role), {
    database: data.database,
    clock: systemClock,
    log,
    channels,
    page,
    console,
    ...openBank(accounts.bank, systemClock),
  })
  await untilToldToEnd()
  await cloud.close()
  await data.close()
  release()
  log('info', 'cloud-ended')
}
