import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WechatPaySettings } from '@lanepay/channels/wechatpay/settings.ts'
import { startBroker } from '@lanepay/lot-link/broker.ts'
import type { CloudOrder } from './cloud-process.ts'
import type { Yard } from './yard.ts'

export type BenchCloud = { readonly port: number; readonly brokerUrl: string; close(): Promise<void> }

/** Starts the cloud in its own process, with a broker that lets everybody in. */
export async function startBenchCloud(yard: Yard, wechatpay: WechatPaySettings, works = false): Promise<BenchCloud> {
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    rightsOf: async () => ({ publish: ['lot/#', 'cloud/#'], subscribe: ['lot/#', 'cloud/#'] }),
  })
  const child = fork(join(import.meta.dirname, 'cloud-process.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: runtimeFlags(),
  })
  const order: CloudOrder = { connection: yard.connection, wechatpay, brokerUrl: broker.url, works }
  child.send(order)
  const { url } = await new Promise<{ url: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string }))
    child.once('exit', (code) => reject(new Error(`the cloud ended with ${code}`)))
  })
  return {
    port: Number(new URL(url).port),
    brokerUrl: broker.url,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
      await broker.close()
    },
  }
}

/** The flags that `npm run lanepay` gives the runtime. */
function runtimeFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    scripts: { lanepay: string }
  }
  return scripts.lanepay.split(' ').filter((word) => word.startsWith('--'))
}
