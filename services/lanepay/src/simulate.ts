import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@lanepay/domain/clock.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startBankSimulator } from '@lanepay/simulator-bank/simulator.ts'
import { startWechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import { readOrTell } from './config.ts'
import { portsAreFree } from './keep.ts'
import { noteSimulated } from './parts.ts'
import { type Settings, settingList } from './settings.ts'
import { untilToldToEnd } from './until-told.ts'

/** The simulated channels of this folder, and the bank that pays out; those with a real account are not simulated. */
export async function startSimulators(
  settings: Settings,
  { clock, tell }: { readonly clock: Clock; readonly tell?: Tell },
) {
  const { home } = settings
  const common = { host: settings.streetHost, clock, ...(tell ? { tell } : {}) }
  const wechatpay = await startWechatPaySimulator({
    ...common,
    dir: join(home, 'wechatpay-simulator'),
    port: settings.wechatSimulatorPort,
  })
  const alipay = await startAlipaySimulator({
    ...common,
    dir: join(home, 'alipay-simulator'),
    port: settings.alipaySimulatorPort,
  })
  const bank = await startBankSimulator({
    ...{ host: settings.streetHost, clock, dir: join(home, 'bank-simulator') },
    port: settings.bankSimulatorPort,
  })
  return {
    wechatpay,
    alipay,
    bank,
    close: async () => {
      await bank.close()
      await wechatpay.close()
      await alipay.close()
    },
  }
}

/** `lanepay simulate`: the channels alone, on real time, for cloud processes with LANEPAY_CHANNELS=simulated. */
export async function runSimulators(): Promise<void> {
  const settings = readOrTell()
  await portsAreFree([
    { host: settings.streetHost, port: settings.wechatSimulatorPort, setting: settingList.wechatSimulatorPort },
    { host: settings.streetHost, port: settings.alipaySimulatorPort, setting: settingList.alipaySimulatorPort },
    { host: settings.streetHost, port: settings.bankSimulatorPort, setting: settingList.bankSimulatorPort },
  ])
  mkdirSync(settings.home, { recursive: true })
  const { wechatpay, alipay, bank, close } = await startSimulators(settings, { clock: systemClock })
  noteSimulated(settings.home, { wechatpay: wechatpay.settings, alipay: alipay.settings, bank: bank.settings })
  console.log(
    `WeChat Pay, simulated: ${wechatpay.url}\nAlipay, simulated:     ${alipay.url}\nThe bank, simulated:   ${bank.url}`,
  )
  await untilToldToEnd()
  await close()
}
