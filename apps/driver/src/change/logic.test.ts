import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begun, now, someChange } from '../../test/views.ts'
import { type Effect, type Event, firstState, looksAfterMs, type State, screenOf, step } from './logic.ts'

type Is = ReturnType<typeof someChange>['state']

/** The page without a page: a test says what happens, and looks at where that leads and what is done about it. */
class Change {
  state: State
  did: readonly Effect[] = []
  constructor({ anonymous = false } = {}) {
    this.state = firstState(anonymous)
    this.tell({ type: 'back' })
  }
  tell(event: Event): this {
    ;[this.state, ...this.did] = step(this.state, event)
    return this
  }
  finds(state: Is): this {
    return this.tell({ type: 'viewed', turn: this.state.turn, told: { ok: true, view: someChange({ state }) } })
  }
  findsNot(code: string): this {
    return this.tell({ type: 'viewed', turn: this.state.turn, told: { ok: false, code } })
  }
  taps(): this {
    return this.tell({ type: 'tapped' })
  }
  begins(told = begun()): this {
    return this.taps().tell({ type: 'answered', told: { ok: true, view: told } })
  }
  isRefused(code: string): this {
    return this.taps().tell({ type: 'answered', told: { ok: false, code } })
  }
  endsSheet(ended: 'paid' | 'cancelled' | 'failed' | 'unclear' | 'no-bridge', sheet = this.state.sheet): this {
    return this.tell({ type: 'sheet-ended', sheet, ended })
  }
  waits(): this {
    return this.tell({ type: 'due' })
  }
  get screen() {
    return screenOf(this.state)
  }
  get does() {
    return this.did.map((effect) => effect.do)
  }
  get looksAfter() {
    return looksAfterMs(this.state, now)
  }
}
const opened = (state: Is) => new Change().finds(state)

test('the page asks at once, and shows what the cloud says', () => {
  const page = new Change()
  assert.deepEqual([page.screen, page.does], ['opening', ['look']])
  for (const [state, screen] of [
    ['open', 'offer'],
    ['waiting', 'offer'],
    ['sending', 'sending'],
    ['taken', 'taken'],
    ['anothers', 'anothers'],
    ['over', 'over'],
  ] as const)
    assert.equal(opened(state).screen, screen, state)
})

test('a tap is one ask: until it is answered, and while the sheet is up, no other is one', () => {
  const page = opened('open').taps()
  assert.deepEqual(page.does, ['take'])
  assert.deepEqual(page.taps().does, [])
  page.tell({ type: 'answered', told: { ok: true, view: begun() } })
  assert.deepEqual([page.screen, page.does], ['sheet', ['sheet']])
  assert.deepEqual(page.taps().does, [])
  assert.deepEqual(page.tell({ type: 'answered', told: { ok: true, view: begun() } }).does, [], 'nor a second sheet')
})
for (const state of ['sending', 'taken', 'anothers', 'over'] as const)
  test(`nothing can be taken that is ${state}`, () => assert.deepEqual(opened(state).taps().does, []))

test('however the sheet ends, the cloud is asked at once; only the cloud says that he has it', () => {
  for (const ended of ['paid', 'cancelled', 'failed', 'unclear', 'no-bridge'] as const) {
    const page = opened('open').begins().endsSheet(ended)
    assert.deepEqual(page.does, ['look'], ended)
    assert.equal(page.finds('waiting').screen, ended === 'paid' ? 'confirming' : 'offer', ended)
    assert.equal(page.waits().finds('taken').screen, 'taken', ended)
  }
})

test('after the sheet it is asked every 2 s, rising to 5 s, until he has it or it is over', () => {
  for (const last of ['taken', 'over', 'anothers'] as const) {
    const page = opened('open').begins().endsSheet('paid')
    const pauses = [1, 2, 3, 4, 5, 6].map(() => {
      const { looksAfter } = page.finds('waiting')
      page.waits()
      return looksAfter
    })
    assert.deepEqual(pauses, [2000, 2000, 3000, 4000, 5000, 5000])
    assert.equal(page.screen, 'slow')
    assert.equal(page.finds(last).looksAfter, null, last)
  }
})
test('after an ok of WeChat’s that nobody hears of for 4 s he may open the same again; the pace begins anew', () => {
  const page = opened('open').begins().endsSheet('paid')
  for (const screen of ['confirming', 'confirming', 'slow']) {
    assert.equal(page.finds('waiting').screen, screen)
    page.waits()
  }
  assert.deepEqual(page.begins().does, ['sheet'])
  assert.equal(page.looksAfter, 2000)
})
test('what is not begun is not asked for, until nobody can begin any more', () => {
  const page = opened('open')
  assert.equal(page.looksAfter, 3600_000)
  const until = someChange().until
  assert.equal(looksAfterMs(page.state, until - 60_000), 61_000)
  assert.equal(looksAfterMs(page.state, until + 60_000), 5000, 'the clocks differ: not too often')
})
test('nothing is asked besides while something is asked', () => {
  assert.equal(new Change().looksAfter, null)
  const page = opened('waiting').taps()
  assert.equal(page.looksAfter, null)
  assert.deepEqual([page.waits().does, page.tell({ type: 'back' }).does], [[], []])
})

test('coming back asks at once, even while a question hangs; of what is taken nothing is to be asked', () => {
  for (const state of ['open', 'waiting', 'sending', 'anothers', 'over'] as const)
    assert.deepEqual(opened(state).tell({ type: 'back' }).does, ['look'], state)
  assert.deepEqual(opened('taken').tell({ type: 'back' }).does, [])
  assert.deepEqual(new Change().tell({ type: 'back' }).does, ['look'])
})
test('an answer to an earlier question is not heard: not what was so before the tap', () => {
  const page = opened('open').tell({ type: 'back' })
  const { turn } = page.state
  page.begins().tell({ type: 'viewed', turn, told: { ok: true, view: someChange() } })
  assert.equal(page.state.view?.state, 'waiting')
})
test('how an earlier sheet ends is not heard', () => {
  const page = opened('open').begins().endsSheet('unclear').finds('waiting').begins()
  assert.deepEqual(page.endsSheet('cancelled', 1).does, [])
  assert.equal(page.screen, 'sheet')
})
test('a sheet whose end WeChat never says is over when the cloud knows more', () => {
  const page = opened('open').begins().waits().finds('sending')
  assert.equal(page.screen, 'sending')
  assert.equal(page.finds('waiting').screen, 'offer')
})

test('nothing to show yet: it is asked again at once', () => {
  const page = opened('open').begins(begun({ view: someChange({ state: 'sending' }), sheet: null }))
  assert.deepEqual([page.screen, page.does], ['sending', ['look']])
  assert.equal(page.finds('sending').looksAfter, 2000)
})

test('a tap that nobody answers: nothing is known of it, so the cloud is asked, and the same can be tapped again', () => {
  const page = opened('open').isRefused('line')
  assert.deepEqual([page.screen, page.looksAfter], ['offer', 2000])
  assert.equal(page.waits().finds('waiting').looksAfter, 2000)
  assert.deepEqual(page.begins().does, ['sheet'])
})
test('a line that is lost is tried again, rising to 5 s, until an answer comes', () => {
  const page = new Change()
  const pauses = [1, 2, 3, 4, 5, 6].map(() => {
    const { looksAfter } = page.findsNot('line')
    page.waits()
    return looksAfter
  })
  assert.deepEqual(pauses, [2000, 2000, 3000, 4000, 5000, 5000])
  assert.equal(page.screen, 'opening')
  assert.equal(page.finds('open').screen, 'offer')
})

test('refused at the tap because it is over, or somebody else’s: the page shows that', () => {
  assert.equal(opened('open').isRefused('change-over').screen, 'over')
  assert.equal(opened('open').isRefused('change-anothers').screen, 'anothers')
})
test('refused for another reason: the amount stays, with why, until the next tap or until it has gone on', () => {
  for (const code of ['change-not-possible', 'too-many', 'internal']) {
    const page = opened('open').isRefused(code)
    assert.deepEqual([page.screen, page.state.refused], ['offer', code])
    assert.equal(page.tell({ type: 'back' }).finds('open').state.refused, code)
    assert.equal(page.tell({ type: 'back' }).finds('over').state.refused, null)
    assert.equal(opened('open').isRefused(code).taps().state.refused, null)
  }
})
test('a link that is none is not asked about again', () => {
  for (const page of [new Change().findsNot('change-unknown'), opened('open').isRefused('change-unknown')])
    assert.deepEqual([page.screen, page.looksAfter], ['problem', null])
})
test('a cloud that has trouble is asked again', () => {
  const page = new Change().findsNot('internal')
  assert.deepEqual([page.screen, page.looksAfter], ['problem', 2000])
  assert.equal(page.waits().finds('open').screen, 'offer')
})

test('who is not known is sent to WeChat, at the start or at the tap; once WeChat could not say, he is asked', () => {
  assert.deepEqual(new Change().findsNot('not-identified').does, ['identify'])
  assert.deepEqual(opened('open').isRefused('not-identified').does, ['identify'])
  const page = new Change({ anonymous: true }).findsNot('not-identified')
  assert.deepEqual([page.screen, page.does, page.looksAfter], ['problem', [], null])
})
