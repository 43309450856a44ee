import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ChannelState, channelStates } from './channel.ts'
import { type ApplicationState, applicationStates, decideAct, stateByChannels } from './decide.ts'

const on = (state: ApplicationState, reviewer: string | null = '7') => ({
  state,
  reviewer,
  suspendedFrom: null,
  hasLot: true,
})

describe('what may be done with an application, and where it leads', () => {
  const table: [Parameters<typeof decideAct>[0], ApplicationState, string | null, string, string][] = [
    ['submit', 'draft', null, 'submitted', 'the applicant hands it in'],
    ['submit', 'returned', null, 'submitted', 'and again, mended'],
    ['submit', 'in-review', null, 'not-in-this-state', 'what is looked at does not change meanwhile'],
    ['submit', 'approved', null, 'not-in-this-state', ''],
    ['take', 'submitted', '7', 'in-review', ''],
    ['take', 'in-review', '8', 'in-review', "a colleague takes it over from a sick one's desk"],
    ['take', 'draft', '7', 'not-in-this-state', 'nobody reads a draft'],
    ['return', 'in-review', '7', 'returned', ''],
    ['return', 'in-review', '8', 'on-another-desk', 'two reviewers do not answer one applicant'],
    ['return', 'submitted', '7', 'not-in-this-state', 'take it first'],
    ['approve', 'in-review', '7', 'approved', ''],
    ['approve', 'in-review', '8', 'on-another-desk', ''],
    ['approve', 'approved', '7', 'not-in-this-state', 'approved once'],
    ['suspend', 'channel-review', '7', 'suspended', ''],
    ['suspend', 'live', '7', 'suspended', 'a lot in business'],
    ['suspend', 'draft', '7', 'not-in-this-state', 'not handed in'],
    ['resume', 'live', '7', 'not-in-this-state', ''],
  ]
  for (const [act, state, by, expected, because] of table)
    test(`${act} from ${state} by ${by}: ${expected} ${because}`, () => {
      const decided = decideAct(act, on(state), by)
      assert.equal(decided.ok ? decided.value : decided.error, expected)
    })
  test('a partner that is live is not suspended: it has no lot', () =>
    assert.deepEqual(decideAct('suspend', { ...on('live'), hasLot: false }, '7'), {
      ok: false,
      error: 'not-in-this-state',
    }))
  test('what was suspended goes on where it was', () => {
    for (const state of applicationStates) {
      const suspended = decideAct('suspend', on(state), '7')
      if (!suspended.ok) continue
      const back = decideAct('resume', { ...on('suspended'), suspendedFrom: state }, '8')
      assert.deepEqual(back, { ok: true, value: state })
    }
  })
})

describe('what an application is by its channels', () => {
  const table: [ApplicationState, readonly ChannelState[], ApplicationState | null, string][] = [
    ['approved', ['asked', 'asked'], null, 'nobody has sent it yet'],
    ['approved', ['channel-review', 'asked'], 'channel-review', 'the first has it'],
    ['channel-review', ['to-sign', 'channel-review'], 'to-sign', 'one waits for a signature'],
    ['to-sign', ['live', 'channel-review'], 'channel-review', 'signed there, still looked at here'],
    ['channel-review', ['live', 'live'], 'live', ''],
    ['channel-review', ['live', 'returned'], 'returned', 'one wants something mended'],
    ['to-sign', ['to-sign', 'returned'], 'returned', ''],
    ['approved', ['live', 'asked'], 'channel-review', 'mended: one is live already, the other is asked again'],
    ['returned', ['returned', 'live'], null, 'it is with the applicant'],
    ['suspended', ['live'], null, 'work on it has stopped'],
    ['live', ['live'], null, ''],
    ['approved', [], null, 'meant for no channel'],
  ]
  for (const [state, channels, expected, because] of table)
    test(`${state} with ${channels.join(', ')}: ${expected} ${because}`, () =>
      assert.equal(stateByChannels(state, channels), expected))
  const all = fc.array(fc.constantFrom(...channelStates), { minLength: 1, maxLength: 3 })
  test('what they say twice, in whichever order, is said once', () =>
    fc.assert(
      fc.property(fc.constantFrom(...applicationStates), all, (state, channels) => {
        const next = stateByChannels(state, channels)
        assert.equal(next, stateByChannels(state, channels.toReversed()))
        if (next !== null && next !== 'returned') assert.equal(stateByChannels(next, channels), null)
      }),
    ))
})
