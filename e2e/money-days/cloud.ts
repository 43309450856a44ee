import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tap } from '@lanepay/simulator-wire/tap.ts'
import type { Beginning, Said } from './cloud-process.ts'

const module = fileURLToPath(new URL('./cloud-process.ts', import.meta.url))

export type LivedCloud = Awaited<ReturnType<typeof startLivedCloud>>

/** What the cloud's clock says, and what its process is told once, whenever it begins. */
export type LivedCloudOptions = {
  readonly clock: Clock
  readonly begins: Omit<Beginning, 'now'>
  /** The wire to its database, which can tell how far it has come. */
  readonly wire: Tap
  /** It has begun, at first or again: whoever is on its line tells it so. */
  readonly onStart: () => void
  /** It is dead: nobody waits for its word any more. */
  readonly onDeath: () => void
}

/** The cloud's process in the hand of the days: told the time, turned, killed, started again. */
export async function startLivedCloud({ clock, begins, wire, onStart, onDeath }: LivedCloudOptions) {
  const errors: string[] = []
  let child: ReturnType<typeof fork>
  let gone: Promise<void>
  let isGone = true
  let turns = 0
  let kills = 0
  const waiting = new Map<number, { done(): void; died(): void }>()

  const start = async (): Promise<void> => {
    const { LANEPAY_TEST_POSTGRES: _, ...env } = process.env
    const one = fork(module, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child = one
    isGone = false
    gone = new Promise((resolve) => one.once('exit', () => resolve()))
    void gone.then(() => {
      isGone = true
      for (const { died } of waiting.values()) died()
      waiting.clear()
      onDeath()
    })
    await new Promise<void>((resolve, reject) => {
      one.on('message', (heard: Said) => {
        if (heard.said === 'started') resolve()
        else if (heard.said === 'error') errors.push(`${heard.event} ${JSON.stringify(heard.fields)}`)
        else {
          waiting.get(heard.turn)?.done()
          waiting.delete(heard.turn)
        }
      })
      void gone.then(() => reject(new Error('the cloud ended before it had begun')))
      // Ids are of a node and a millisecond. Nobody starts again within one, save where time stands: each life is a node of its own.
      const settings = { ...begins.settings, nodeNumber: begins.settings.nodeNumber + kills }
      one.send({ ...begins, settings, now: clock.now() })
    })
    onStart()
  }
  /** True: it was dead, and lives again. */
  const revive = async (): Promise<boolean> => {
    if (!isGone && !child.killed) return false
    await gone
    wire.free()
    await start()
    return true
  }
  const kill = () => {
    kills += 1
    child.kill('SIGKILL')
  }
  await start()

  return {
    /** What it called an error, line by line. */
    errors,
    kills: () => kills,
    revive,
    /** The time, and these rounds; where it dies in one of them it lives again, and the rest is for another time. */
    async turn(...rounds: readonly string[]): Promise<void> {
      await revive()
      const turn = ++turns
      const done = new Promise<boolean>((resolve) =>
        waiting.set(turn, { done: () => resolve(true), died: () => resolve(false) }),
      )
      child.send({ turn, now: clock.now(), rounds }, () => {})
      if (!(await done)) await revive()
    },
    /** Its power goes with the piece of this number that it sends to its database from now on, before or after that has gone out. */
    diesAt(piece: number, when: 'before' | 'after'): void {
      let left = piece
      wire.watch((direction, bytes) => {
        if (child.killed) return null // a dead process says and hears nothing more
        if (direction !== 'out' || --left > 0) return bytes
        kill()
        return when === 'after' ? bytes : null
      })
    },
    /** As it is killed and started again. */
    async restart(): Promise<void> {
      await revive()
      kill()
      await revive()
    },
    /** It goes on living, where it was to die. */
    spare: () => wire.free(),
    async close(): Promise<void> {
      wire.free()
      if (!isGone) child.kill('SIGKILL')
      await gone
    },
  }
}
