import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LaneDisplay, Obeyed } from './lane-device.ts'

/*
 * What every display with a line of its own promises the lot, whoever made it: one list, run against each adapter and a simulated
 * device over real sockets.
 */

/** The display at the lane, as the simulator gives it. */
export type ContractScreen = {
  display(): readonly string[]
  said(): string | null
  setNetwork(network: 'up' | 'down' | 'half-dead'): void
  refusals(): readonly unknown[]
}

export type DisplayTraits = {
  /** What becomes of words over a line that only looks alive: `told` where the device never answers. Default unsure. */
  readonly unheard?: Extract<Obeyed, 'told' | 'unsure'>
}

export type DisplayStage = {
  readonly screen: ContractScreen
  readonly display: LaneDisplay
  /** Ends the device; the display is closed before. */
  close(): Promise<void>
}

/** Runs the list. `start` gives a device and the display connected to it, quick to connect; every test gets a new one. */
export function displayContract(
  name: string,
  traits: DisplayTraits,
  start: (link: (state: 'up' | 'down') => void) => Promise<DisplayStage>,
): void {
  let stage: DisplayStage
  let links: ('up' | 'down')[]
  let isOpen = false
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    const deadline = performance.now() + 15_000
    while (!isSo()) {
      if (performance.now() > deadline) assert.fail(`never: ${what}; ${JSON.stringify({ links })}`)
      await sleep(5)
    }
  }
  const isUp = () => until('the line stands', () => links.at(-1) === 'up')
  const isDown = () => until('the line is lost', () => links.at(-1) === 'down')
  const closeDisplay = async () => {
    if (isOpen) await stage.display.close()
    isOpen = false
  }

  describe(`a display keeps its promises: ${name}`, () => {
    beforeEach(async () => {
      links = []
      stage = await start((state) => links.push(state))
      isOpen = true
      await isUp()
    })
    afterEach(async () => {
      const refusals = stage.screen.refusals()
      await closeDisplay()
      await stage.close()
      assert.deepEqual(refusals, [], 'the device understood everything')
    })

    test('what is to be shown is shown, and the rest is blank', async () => {
      const show = ['粤B12345', '5元', '停车 1 小时 20 分钟', '请扫码']
      assert.equal(await stage.display.show(show), 'told')
      await until('all lines are shown', () => stage.screen.display().length === 4)
      assert.deepEqual(stage.screen.display(), show)
      assert.equal(await stage.display.show(['欢迎光临']), 'told')
      await until('the rest is blank', () => stage.screen.display().length === 1)
      assert.deepEqual(stage.screen.display(), ['欢迎光临'])
    })

    test('what is to be said is said', async () => {
      assert.equal(await stage.display.say('粤B12345欢迎光临'), 'told')
      await until('it is said', () => stage.screen.said() !== null)
      assert.equal(stage.screen.said(), '粤B12345欢迎光临')
    })

    test('what is asked for at once comes in its order, and nothing is lost', async () => {
      const all = [stage.display.show(['一']), stage.display.say('欢迎光临'), stage.display.show(['二'])]
      assert.deepEqual(await Promise.all(all), ['told', 'told', 'told'])
      await until('the last one is shown', () => stage.screen.display()[0] === '二')
      assert.equal(stage.screen.said(), '欢迎光临')
    })

    test('what cannot get there is not kept for later', async () => {
      stage.screen.setNetwork('down')
      await isDown()
      assert.equal(await stage.display.show(['一']), 'unreached')
      assert.equal(await stage.display.say('一'), 'unreached')
      stage.screen.setNetwork('up')
      await isUp()
      await sleep(300)
      assert.deepEqual([stage.screen.display(), stage.screen.said()], [[], null])
    })

    test('over a line that only looks alive nothing is shown, then or later', async () => {
      stage.screen.setNetwork('half-dead')
      assert.equal(await stage.display.show(['一']), traits.unheard ?? 'unsure')
      await sleep(100) // what was told without an answer may still be on its way
      stage.screen.setNetwork('up')
      await sleep(300)
      assert.deepEqual(stage.screen.display(), [])
    })

    test('a line that is lost comes back', async () => {
      stage.screen.setNetwork('down')
      await isDown()
      stage.screen.setNetwork('up')
      await isUp()
      assert.deepEqual(links, ['up', 'down', 'up'])
      assert.equal(await stage.display.show(['一']), 'told')
    })

    test('asked how it is, it answers; asked over a line that is down, it is unreachable', async () => {
      assert.ok((await stage.display.probe()).ok)
      stage.screen.setNetwork('down')
      await isDown()
      const probe = await stage.display.probe()
      assert.ok(!probe.ok && probe.error.code === 'unreachable' && probe.error.because !== '', JSON.stringify(probe))
    })

    test('closed, it is told nothing any more', async () => {
      await closeDisplay()
      const before = links.length
      assert.equal(await stage.display.show(['一']), 'unreached')
      stage.screen.setNetwork('down')
      await sleep(100)
      assert.deepEqual([stage.screen.display(), links.length], [[], before])
    })
  })
}
