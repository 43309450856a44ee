import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Line, StandingLine } from './standing-line.ts'

class ALine implements Line {
  readonly #over = Promise.withResolvers<string>()
  get over(): Promise<string> {
    return this.#over.promise
  }
  cut(because: string): void {
    this.#over.resolve(because)
  }
}
const pauses = { firstPauseMs: 10, mostPauseMs: 40 }

/** Opens what it is given, in this order; then nothing any more. */
function start(opens: readonly Result<ALine, string>[], timing = pauses) {
  const tries: number[] = []
  const links: string[] = []
  const standing = new StandingLine<ALine>({
    ...timing,
    open: async (signal) => {
      const next = opens[tries.length]
      tries.push(performance.now())
      if (next) return next
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      return err('closed')
    },
    link: (state, because) => links.push(`${state}: ${because}`),
  })
  return { standing, tries, links }
}
const until = async (isSo: () => boolean) => {
  const deadline = performance.now() + 60_000
  while (!isSo()) {
    assert.ok(performance.now() < deadline, 'never')
    await sleep(2)
  }
}

test('the pause grows up to the longest, and a line that never stood is told once', async () => {
  const pausesOnce = async () => {
    const { standing, tries, links } = start(Array.from({ length: 5 }, () => err('ECONNREFUSED')))
    await until(() => tries.length === 6)
    assert.deepEqual(links, ['down: ECONNREFUSED'])
    assert.equal(standing.because, 'ECONNREFUSED')
    await standing.close()
    return tries.slice(1).map((at, i) => at - tries[i]!)
  }
  // A busy machine makes a pause longer, never shorter: that the first is short shows where nothing else was in the way.
  for (let again = 20; ; again--) {
    const waited = await pausesOnce()
    for (const [i, least] of [10, 20, 40, 40, 40].entries()) assert.ok(waited[i]! >= least - 2, `${waited}`)
    if (waited[0]! < 40) break
    assert.ok(again > 1, `the first is short: ${waited}`)
  }
})

test('a line that is lost is told, with the reason, and tried again', async () => {
  const [first, second] = [new ALine(), new ALine()]
  const { standing, links } = start([ok(first), ok(second)])
  await until(() => standing.current === first)
  first.cut('the camera hung up')
  await until(() => standing.current === second)
  assert.deepEqual(links, ['up: connected', 'down: the camera hung up', 'up: connected'])
  await standing.close()
})

test('renewed, it does not wait', async () => {
  const lines = [new ALine(), new ALine()]
  const { standing, tries, links } = start(lines.map(ok), { firstPauseMs: 60_000, mostPauseMs: 60_000 })
  await until(() => standing.current === lines[0])
  standing.renew('it has been silent')
  await until(() => standing.current === lines[1])
  assert.equal(tries.length, 2)
  assert.deepEqual(links, ['up: connected', 'down: it has been silent', 'up: connected'])
  await standing.close()
})

test('renewed while it pauses, it tries at once', async () => {
  const line = new ALine()
  const { standing, tries } = start([err('ECONNREFUSED'), ok(line)], { firstPauseMs: 60_000, mostPauseMs: 60_000 })
  await until(() => tries.length === 1 && standing.because === 'ECONNREFUSED')
  standing.renew('somebody asked')
  await until(() => standing.current === line)
  await standing.close()
})

test('closed, it is over at once and tells nobody', async () => {
  const line = new ALine()
  const { standing, tries, links } = start([ok(line), ok(new ALine())])
  await until(() => standing.current === line)
  await standing.close()
  await sleep(30)
  assert.deepEqual([tries.length, links, standing.current], [1, ['up: connected'], null])
})

test('who waits for it gets it when it stands, or nothing when the try fails or takes too long', async () => {
  const line = new ALine()
  const stands = start([ok(line)])
  assert.equal(await stands.standing.settled(1_000), line)
  await stands.standing.close()
  const fails = start([err('ECONNREFUSED')])
  assert.equal(await fails.standing.settled(1_000), null)
  await fails.standing.close()
  const hangs = start([])
  assert.equal(await hangs.standing.settled(30), null)
  await hangs.standing.close()
})
