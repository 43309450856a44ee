import net from 'node:net'
import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { vzlprMqttCamera } from '@lanepay/devices/vzlpr-mqtt/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { Aedes } from 'aedes'
import { startLaneSimulator } from '../lane.ts'
import { vzlprMqttFace } from './face.ts'

const serial = '917e2298-8ddf3e46'
const login = { username: 'lot', password: 'secret-of-the-broker' }

async function startBroker() {
  const broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === login.username && password?.toString() === login.password),
  })
  const server = net.createServer((socket) => {
    socket.setNoDelay(true)
    broker.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const close = async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()))
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `mqtt://127.0.0.1:${port}`, close }
}

const profiles = [
  { name: 'newer profile, device first', profile: 'newer', spelling: 'device-first', voice: 'board' },
  { name: 'newer profile, serial number first', profile: 'newer', spelling: 'serial-first', voice: 'camera' },
  { name: 'older profile', profile: 'older', spelling: 'device-first', voice: 'camera' },
] as const

for (const { name, profile, spelling, voice } of profiles)
  cameraContract(
    `VzLPR over MQTT, ${name}`,
    {
      serial,
      memory: 'by-itself',
      junk: [Buffer.from('junk'), Buffer.from('[]'), Buffer.from([0xff, 0xfe])],
      ...(profile === 'older' ? { obeyed: 'unsure', tellsInputs: false, saysItsTime: false } : {}),
    },
    async (ears) => {
      const { url, close } = await startBroker()
      const broker = { url, ...login }
      const lane = await startLaneSimulator({
        serial,
        clock: systemClock,
        timing: { raiseMs: 20, lowerMs: 20, passMs: 20 },
        face: vzlprMqttFace({
          broker,
          profile,
          spelling,
          timing: { aliveMs: 50, lostMs: 20, takenMs: 1_000, serialGapMs: 0 },
        }),
      })
      const timing = { silenceMs: 500, answerMs: 400, firstPauseMs: 20, mostPauseMs: 100, gapMs: 20 }
      const camera = vzlprMqttCamera({ broker, serial, profile, voice, timing })(ears)
      return {
        road: lane,
        camera,
        close: async () => {
          await lane.close()
          await close()
        },
      }
    },
  )
