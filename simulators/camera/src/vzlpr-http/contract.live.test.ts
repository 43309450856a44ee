import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { takesOrders, vzlprHttpCamera } from '@lanepay/devices/vzlpr-http/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startLaneSimulator } from '../lane.ts'
import { startPushedCamera } from '../pushed.testing.ts'

const serial = 'fe71e106-57263272'

cameraContract(
  'VzLPR over HTTP',
  {
    serial,
    memory: 'by-itself',
    probed: false,
    renewed: false,
    junk: [Buffer.from('junk'), Buffer.from('{}'), Buffer.from('{"AlarmInfoPlate":{"serialno":7}}')],
  },
  async (ears) => {
    const camera = vzlprHttpCamera()
    const { url, connected, close } = await startPushedCamera({ camera, takesOrders, ears, holdMs: 50, silenceMs: 500 })
    const lane = await startLaneSimulator({
      serial,
      agentUrl: url,
      clock: systemClock,
      timing: { pollMs: 10, lostMs: 20, resendMs: 20, storedMs: 50, answerWithinMs: 300, raiseMs: 20, lowerMs: 20 },
    })
    return {
      road: lane,
      camera: connected,
      close: async () => {
        await lane.close()
        await close()
      },
    }
  },
)
