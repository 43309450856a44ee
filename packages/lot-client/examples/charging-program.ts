import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { lotClient } from '../src/client.ts'
import type { Answers, Gate, Quote, Refused } from '../src/messages.ts'

/*
 * A whole charging program for one lot, to start from: five yuan for each hour begun, fifteen minutes to leave after paying. It keeps its
 * stays in memory, and its gates are lines on the screen; yours has a database, cameras and arms. Run it against the sandbox:
 *
 *   npx node charging-program.ts ADDRESS KEY-NAME SECRET
 *
 * and type what `words` says.
 */
type Stay = {
  readonly stay: string
  readonly plate: string
  readonly enteredAt: number
  paidFen: number
  leaveBy: number
}

const [hourMs, leaveMinutes] = [3_600_000, 15]
const words = 'in PLATE, exit PLATE, scan CODE, out, stop'

export function chargingProgram(options: {
  readonly address: string
  readonly key: { readonly name: string; readonly secret: string }
  readonly now?: () => number
  readonly say?: (line: string) => void
}) {
  const { say = () => {} } = options
  const client = lotClient({ ...options, onTrouble: (error) => say(`trouble: ${error}`) })
  const inside = new Map<string, Stay>()
  /** Who stands at the exit, and whether the arm was raised for it. */
  let atExit: { stay: Stay; isOpen: boolean } | null = null
  const booked = new Set<string>() // payments: each once, however often it is told
  const lanes = { entry: 0, exit: 0 }
  let [opened, made] = [0, 0]

  const priceOf = ({ enteredAt }: Stay): number => Math.ceil((client.now() - enteredAt) / hourMs) * 500
  /** Once for each vehicle, and for none but this one. What the program decides itself, it does at once: only an order is ever too late. */
  const raise = (lane: number, stay: string | undefined, until = Number.POSITIVE_INFINITY): Gate => {
    if (lane !== lanes.exit || atExit === null || atExit.stay.stay !== stay) return 'refused'
    if (client.now() > until) return 'expired'
    if (!atExit.isOpen) {
      atExit.isOpen = true
      opened += 1
      say(`the exit is open for ${atExit.stay.plate}`)
    }
    return 'opened'
  }
  const meant = ({ by }: Quote): Stay | undefined => {
    if ('lane' in by) return by.lane === lanes.exit ? atExit?.stay : undefined
    return [...inside.values()].find(({ plate, stay }) => ('plate' in by ? plate === by.plate : stay === by.stay))
  }
  const enter = async (plate: string): Promise<void> => {
    const enteredAt = Math.floor(client.now())
    const stay = { stay: `R${enteredAt}-${++made}`, plate, enteredAt, paidFen: 0, leaveBy: 0 }
    inside.set(stay.stay, stay)
    await client.entered({ stay: stay.stay, plate, enteredAt, lane: lanes.entry })
    say(`${plate} is in, as ${stay.stay}`)
  }

  return {
    /** Learns its lanes, and then takes messages until `close`. Resolves when it is ready. */
    async start(): Promise<void> {
      const lot = await client.lot()
      for (const { lane, direction } of lot.lanes) if (direction !== 'both') lanes[direction] = lane
      say(`connected to lot ${lot.lot}, ${lot.name}`)
      void client.run({
        quote: (message): Answers['quote'] | Refused => {
          const stay = meant(message)
          if (!stay) return { ok: false, because: 'lane' in message.by ? 'lane-empty' : 'no-session' }
          const { plate, enteredAt, paidFen, leaveBy } = stay
          const priceFen = client.now() <= leaveBy ? paidFen : priceOf(stay)
          return { ok: true, stay: stay.stay, plate, enteredAt, priceFen, paidFen, leaveMinutes }
        },
        admit: async ({ lane, pass }) => {
          if (lane !== lanes.entry) return { ok: false, because: 'lane-wrong-direction' }
          await enter(pass)
          return { ok: true, gate: 'opened' }
        },
        paid: ({ payment, stay, amountFen, gate, lane }) => {
          if (!booked.has(payment)) {
            const of = inside.get(stay)
            if (!of) return { ok: false, because: 'no-session' } // never ok for what is booked nowhere: a person hears of it
            booked.add(payment)
            of.paidFen += amountFen
            of.leaveBy = client.now() + leaveMinutes * 60_000
            say(`${of.plate} paid ${amountFen / 100} yuan`)
          }
          if (gate) return { ok: true, gate: raise(gate.lane, stay, gate.until) }
          // `lane` is no order: only if the camera has read this very vehicle there.
          return raise(lane ?? 0, stay) === 'opened' ? { ok: true, gate: 'opened' } : { ok: true }
        },
        refunded: ({ plate, amountFen }) => {
          say(`${plate} got ${amountFen / 100} yuan back`)
          return { ok: true }
        },
        open: ({ lane, stay, until }) => ({ ok: true, gate: raise(lane, stay, until) }),
      })
    },
    enters: enter,
    /** A vehicle stands at the exit: it opens by itself for whoever owes nothing. */
    toExit(plate: string): void {
      const stay = [...inside.values()].find((one) => one.plate === plate)
      if (!stay) return void say(`${plate} is not inside`)
      atExit = { stay, isOpen: false }
      if (client.now() <= stay.leaveBy || priceOf(stay) <= stay.paidFen) raise(lanes.exit, stay.stay)
      else say(`${plate} owes ${(priceOf(stay) - stay.paidFen) / 100} yuan`)
    },
    /** It drives out, if the arm is up. */
    async drivesOut(): Promise<void> {
      if (!atExit?.isOpen) return void say('the exit is shut')
      const { stay, plate, enteredAt } = atExit.stay
      atExit = null
      inside.delete(stay)
      await client.left({ stay, plate, enteredAt, lane: lanes.exit, leftAt: Math.floor(client.now()) })
      say(`${plate} is gone`)
    },
    /** The driver at the exit shows a pay code. Answers what became of it. */
    async scans(code: string): Promise<string> {
      const scan = `S${Math.floor(client.now())}`
      const said = { scan, plate: atExit?.stay.plate ?? '', lane: lanes.exit, by: '岗亭' }
      let { state } = await client.scan({ ...said, code })
      for (; state === 'waiting'; { state } = await client.scan(said)) await setTimeout(1_000)
      say(`the scan is ${state}`)
      return state
    },
    opened: (): number => opened,
    close: client.close,
  }
}

if (import.meta.main) {
  const [address = '', name = '', secret = ''] = process.argv.slice(2)
  const program = chargingProgram({ address, key: { name, secret }, say: console.log })
  await program.start()
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, plate = ''] = line.trim().split(/\s+/)
    if (word === 'in') await program.enters(plate)
    else if (word === 'exit') program.toExit(plate)
    else if (word === 'scan') await program.scans(plate)
    else if (word === 'out') await program.drivesOut()
    else if (word === 'stop') break
    else console.log(words)
  }
  program.close()
}
