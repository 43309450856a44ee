import net from 'node:net'
import { type BoardName, takeFrame } from '../board/board.ts'
import { modbus } from '../board/serial.ts'
import type { Network } from '../face.ts'
import { Refused } from '../refused.ts'

/** What the board did not obey, and the rule it broke. */
export type BoardRefusal = { readonly field: string; readonly rule: string }

export type TcpSerialOptions = {
  readonly board: BoardName
  /** Default 0: one that is free. */
  readonly port?: number
  /** So long after a frame the board answers, if it does; what comes before that meets its answer on the line. Default 20 ms. */
  readonly answerMs?: number
  readonly onDisplay?: (lines: readonly string[]) => void
}

export type TcpSerialSimulator = {
  readonly port: number
  /** Lines of the display as far down as there is text. */
  display(): readonly string[]
  said(): string | null
  /** The frames that the board understood, oldest first. */
  frames(): readonly Buffer[]
  refusals(): readonly BoardRefusal[]
  /** The network cable of the serial server; half-dead, it takes bytes and does nothing with them. */
  setNetwork(network: Network): void
  /** The cable to the board: without it nothing is understood and nothing answered. */
  setBoardConnected(isConnected: boolean): void
  /** The board answers the next frames with this byte, which is no 0, and does nothing. */
  refuseNext(frames: number): void
  /** Bytes come out of the serial line as if the board had sent them. */
  send(bytes: Buffer): void
  /** How answers come: cut into single bytes, so that no reader may rely on packets. */
  cutAnswers: boolean
  close(): Promise<void>
}

const mostHeld = 4_096

/**
 * A board on the serial line of a TCP-to-serial server (lot-devices.md 4): whoever connects has the line, the last one alone. The
 * board is strict: a damaged frame, or one that comes while it still answers, is not obeyed.
 */
export async function startTcpSerialSimulator(options: TcpSerialOptions): Promise<TcpSerialSimulator> {
  const { board, answerMs = 20 } = options
  let lines: readonly string[] = ['', '', '', '']
  let said: string | null = null
  let frames: readonly Buffer[] = []
  let refusals: readonly BoardRefusal[] = []
  let network: Network = 'up'
  let isConnected = true
  let refuses = 0
  let line: net.Socket | null = null
  let held = Buffer.alloc(0)
  let busy: NodeJS.Timeout | undefined
  const refused = (field: string, rule: string) => {
    refusals = [...refusals, { field, rule }]
  }

  const send = (bytes: Buffer) => {
    if (network !== 'up') return
    const pieces = simulator.cutAnswers ? [...bytes].map((byte) => Buffer.from([byte])) : [bytes]
    for (const piece of pieces) line?.write(piece)
  }
  const obey = (frame: Buffer) => {
    try {
      const effect = takeFrame(board, frame)
      const isRefused = refuses > 0
      if (isRefused) refuses -= 1
      else {
        const texts = new Map(effect.lines)
        lines = lines.map((text, i) => texts.get(i) ?? text)
        if (effect.say !== null) said = effect.say
        if (effect.lines.length > 0) options.onDisplay?.(display())
      }
      frames = [...frames, frame]
      const answer = effect.reply && isRefused ? refusal(effect.reply) : effect.reply
      busy = setTimeout(() => {
        busy = undefined
        if (answer) send(answer)
      }, answerMs)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused(error.field, error.rule)
    }
  }
  const came = (bytes: Buffer) => {
    if (network !== 'up' || !isConnected) return
    if (busy) return refused('frame', 'comes when the last one has been answered')
    held = Buffer.concat([held, bytes]).subarray(-mostHeld)
    const length = lengthOf(board, held)
    if (length === null || held.length < length) return
    const frame = Buffer.from(held.subarray(0, length))
    if (held.length > length) refused('frame', 'comes alone')
    held = Buffer.alloc(0)
    obey(frame)
  }

  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    line?.destroy()
    line = socket
    held = Buffer.alloc(0)
    socket.on('data', came)
    socket.on('error', () => {}) // the other end went away; the close that follows says so
    socket.on('close', () => {
      sockets.delete(socket)
      if (line === socket) line = null
    })
  })
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port))
    })
  const port = await listen(options.port ?? 0)
  const unplug = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  const display = () => lines.slice(0, lines.findLastIndex((text) => text !== '') + 1)
  const simulator: TcpSerialSimulator = {
    port,
    display,
    said: () => said,
    frames: () => frames,
    refusals: () => refusals,
    setNetwork(next) {
      if (next === 'down' && network !== 'down') unplug()
      if (next !== 'down' && network === 'down') server.listen(port, '127.0.0.1')
      network = next
    },
    setBoardConnected(next) {
      isConnected = next
    },
    refuseNext(count) {
      refuses = count
    },
    send,
    cutAnswers: false,
    async close() {
      clearTimeout(busy)
      if (network !== 'down') unplug()
    },
  }
  return simulator
}

/** How long the frame is that begins here; null while that cannot be told. */
function lengthOf(board: BoardName, held: Buffer): number | null {
  switch (board) {
    case 'jinjie':
      return held.length < 6 ? null : 8 + held[5]!
    case 'fk':
      return held.length < 8 ? null : 11 + held[7]!
    case 'saifeimu':
      return held.length < 6 ? null : 8 + held.readUInt32LE(2)
  }
}

/** The same answer with another word, its CRC counted anew: only Jinjie boards answer. */
function refusal(accepted: Buffer): Buffer {
  const answer = Buffer.from(accepted)
  answer[6] = 1
  answer.writeUInt16LE(modbus(answer.subarray(0, 7)), 7)
  return answer
}
