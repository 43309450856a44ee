import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { readOrTell } from './config.ts'
import { type House, startHouse } from './house.ts'
import { claimHome, noteLook, portsAreFree, Told } from './keep.ts'
import { jsonLog } from './log.ts'
import { sandboxKey } from './sandbox.ts'
import { settingList } from './settings.ts'
import { untilToldToEnd } from './until-told.ts'

/** `lanepay all`: the whole product with its street, until Ctrl-C. */
export async function runAll(): Promise<void> {
  const settings = readOrTell()
  const release = claimHome(settings.home)
  try {
    const street = { host: settings.streetHost }
    await portsAreFree([
      { ...street, port: settings.streetPort, setting: settingList.streetPort },
      { ...street, port: settings.wechatSimulatorPort, setting: settingList.wechatSimulatorPort },
      { ...street, port: settings.alipaySimulatorPort, setting: settingList.alipaySimulatorPort },
      { ...street, port: settings.bankSimulatorPort, setting: settingList.bankSimulatorPort },
      { host: settings.httpHost, port: settings.httpPort, setting: settingList.httpPort },
      { host: settings.brokerHost, port: settings.brokerPort, setting: settingList.brokerPort },
      { host: '127.0.0.1', port: settings.cameraPort, setting: settingList.cameraPort },
      { host: '127.0.0.1', port: settings.agentPagePort, setting: settingList.agentPagePort },
    ])
    const logFile = join(settings.home, 'lanepay.log')
    const lines = createWriteStream(logFile, { flags: 'a' })
    const log = jsonLog(settings.logLevel, (line) => lines.write(line))
    console.log('Starting Lanepay: database, broker, cloud, lot agent, simulated channels, street ...')
    const told = untilToldToEnd()
    const house = await startHouse(settings, log)
    noteLook(settings.home, house.url)
    console.log(`
  The street:   ${house.url}
  The cloud:    ${house.cloudUrl}/healthz  /metrics
  The lot page: ${house.lotPage ? `${house.lotPage.url}  password ${house.lotPage.password}` : 'off, the log says why'}
  The office:   ${house.office.url}  ${officeSays(house.office)}
  The bank:     ${house.bankUrl}/control
  The sandbox:  ${sandboxSays(house)}
  The log:      ${logFile}

Ctrl-C stops everything; npm start goes on where it was; npm run reset starts over.`)
    const why = await Promise.race([told, house.databaseEnded])
    if (why) log('error', 'database-ended', why)
    await house.close()
    lines.end()
    if (why) throw new Told(`The database ended by itself; its last words are in ${logFile}.`)
    console.log('Stopped.')
  } finally {
    release()
  }
}

const officeSays = ({ accounts, password }: House['office']): string =>
  accounts.length === 0 ? 'accounts: lanepay staff put' : `${accounts.join(' or ')}, password ${password}`

const sandboxSays = ({ sandbox, url }: House): string => {
  if (sandbox === null) return 'off: money is real here'
  const phone = Object.assign(new URL(url), { hostname: 'lin-wechatpay.localhost' }).origin
  const codes = sandbox.map(({ kind, path }) => `${kind} ${phone}${path}`).join('  ')
  return `key ${sandboxKey.name}  secret ${sandboxKey.secret}\n                ${codes}`
}
