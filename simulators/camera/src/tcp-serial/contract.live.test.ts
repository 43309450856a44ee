import { displayContract } from '@lanepay/devices/display-contract.testing.ts'
import { tcpSerialDisplay } from '@lanepay/devices/tcp-serial/display.ts'
import { boardNames } from '../board/board.ts'
import { startTcpSerialSimulator } from './simulator.ts'

for (const board of boardNames)
  displayContract(
    `a ${board} board over TCP`,
    board === 'jinjie' ? {} : { unheard: 'told' }, // what the others answer is not known, so nothing is missed
    async (link) => {
      const screen = await startTcpSerialSimulator({ board, answerMs: 10 })
      const display = tcpSerialDisplay(
        {
          host: '127.0.0.1',
          port: screen.port,
          board: { protocol: board },
          // Boards that answer are waited for with patience: a busy machine must not look like a silent board.
          answerWithinMs: board === 'jinjie' ? 300 : 60,
          firstPauseMs: 20,
          mostPauseMs: 100,
        },
        { heard: () => {}, link },
      )
      return { screen, display, close: () => screen.close() }
    },
  )
