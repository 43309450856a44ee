import { existsSync, rmSync } from 'node:fs'
import { DiskFull, DiskRefused } from './open-errors.ts'
import { open, takeTurn } from './shadow.fixtures.ts'

/*
 * A lot in a process of its own, to be killed: DIR FIRST LAST [GIVES-WAY]. Every turn is said on stdout after it returned, so
 * that whoever reads the line knows what must be on disk. A turn that finds no room is said as `full`, and tried again.
 */
const [dir = '', first, last, givesWay] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
/** Whoever reads may be slower than this: nothing that was said is lost with the end. */
const end = (code: number) => process.stdout.write('', () => process.exit(code))
process.on('message', () => {}) // an IPC channel, where there is one, keeps it alive
try {
  const store = open(dir, {
    ...(givesWay ? { giveWay: () => existsSync(givesWay) && rmSync(givesWay) } : {}),
  })
  say(`began ${store.disk.began} ${JSON.stringify(store.disk.loss)}`)
  let fulls = 0
  for (let n = Number(first); n <= Number(last); n++) {
    try {
      takeTurn(store, n)
      say(`turn ${n}`)
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error
      say(`full ${n}`)
      if (++fulls > 20) break
      n -= 1
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  store.close()
  say('ended')
  end(0)
} catch (error) {
  say(error instanceof DiskRefused ? `refused ${error.message}` : `broke ${(error as Error).stack}`)
  end(1)
}
