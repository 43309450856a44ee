import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { vzlprTcpCamera } from '@lanepay/devices/vzlpr-tcp/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startLaneSimulator } from '../lane.ts'
import { vzlprTcpFace } from './face.ts'

const serial = '0ba76bc6-e26d52eb'
const road = { raiseMs: 20, lowerMs: 20, passMs: 20 }

for (const binaryResults of [false, true])
  cameraContract(
    `VzLPR over TCP, results ${binaryResults ? 'as a struct' : 'in JSON'}`,
    {
      serial,
      memory: 'asked',
      junk: [
        Buffer.from('GET / HTTP/1.1\r\n\r\n'),
        Buffer.from('565a000000200001', 'hex'), // longer than a frame may be
        Buffer.from('565a0000000000027b7b', 'hex'), // no JSON
        Buffer.from('565a020000000003495201', 'hex'), // half a block
        Buffer.from('565a070000000000', 'hex'), // no type
      ],
    },
    async (ears) => {
      let port = 0
      const lane = await startLaneSimulator({
        serial,
        clock: systemClock,
        timing: road,
        firstRecordId: 1,
        face: vzlprTcpFace({
          port: 0,
          listening: (taken) => {
            port = taken
          },
          timing: { beatMs: 100, silenceMs: 2_000, serialGapMs: 0 },
        }),
      })
      const timing = { beatMs: 50, silenceMs: 500, answerMs: 500, firstPauseMs: 20, mostPauseMs: 100 }
      const camera = vzlprTcpCamera({
        host: '127.0.0.1',
        port,
        serial,
        binaryResults,
        timing: { ...timing, gapMs: 20, inputsMs: 10 },
      })(ears)
      return { road: lane, camera, close: () => lane.close() }
    },
  )
