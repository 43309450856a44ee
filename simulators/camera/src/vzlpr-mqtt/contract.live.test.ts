import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { vzlprMqttCamera } from '@lanepay/devices/vzlpr-mqtt/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startLaneSimulator } from '../lane.ts'
import { login, startTestBroker } from './broker.testing.ts'
import { vzlprMqttFace } from './face.ts'

const serial = '917e2298-8ddf3e46'
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
      const { url, close } = await startTestBroker()
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
