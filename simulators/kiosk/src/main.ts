import { systemClock } from '@lanepay/domain/clock.ts'
import { startKioskControl } from './control.ts'
import { hardware } from './hardware.ts'
import { startKioskSimulator } from './kiosk.ts'

/* A kiosk by itself: `KIOSK_SECRET=... node simulators/kiosk/src/main.ts AGENT-URL ID CONTROL-PORT`, until it is ended. */
const [url = '', kiosk = '', port = ''] = process.argv.slice(2)
const secret = process.env.KIOSK_SECRET ?? ''
if (!/^https?:\/\//.test(url) || !/^[1-9]\d?$/.test(kiosk) || !/^\d+$/.test(port) || secret === '') {
  console.error('KIOSK_SECRET=SECRET node simulators/kiosk/src/main.ts http://AGENT:PORT ID CONTROL-PORT')
  process.exit(2)
}
const metal = hardware({
  hoppers: [
    { fen: 100, count: 200 },
    { fen: 50, count: 100 },
  ],
  takes: [50, 100, 500, 1000, 2000, 5000],
})
const machine = startKioskSimulator({ url: () => url, kiosk: Number(kiosk), secret, metal, clock: systemClock })
machine.on()
const control = await startKioskControl(machine, Number(port))
console.log(`kiosk ${kiosk} of ${url}, its hands at ${control.url}`)
