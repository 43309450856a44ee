import assert from 'node:assert/strict'
import type { CodeView } from '@lanepay/cloud/driver/api.ts'
import {
  type Answer,
  type Ask,
  type Effect,
  type Event,
  firstState,
  type ProblemCode,
  type State,
} from '../src/logic/stage.ts'
import { step } from '../src/logic/step.ts'
import { aCode } from './views.ts'

/** The page's logic without a page: a test says what happens and looks at where that leads and what is done about it. */
export class Phone {
  state: State
  /** What was done about the last event. */
  did: readonly Effect[] = []
  constructor(remembered: Partial<Parameters<typeof firstState>[0]> = {}) {
    this.state = firstState({ lastPlate: '', kept: null, keptEntry: null, anonymous: false, ...remembered })
    this.tell({ type: 'started' })
  }
  tell(event: Event): this {
    ;[this.state, this.did] = step(this.state, event)
    return this
  }
  /** The server answers what was asked last. */
  answers(...[answer]: [Answer]): this {
    assert.equal(this.state.asked?.ask, answer.ask, 'the answer is not to what was asked')
    return this.tell({ type: 'answered', turn: this.state.turn, answer })
  }
  /** Refused with this code. What a lot that is silent or busy is asked again, the server says so. */
  refuses(code: ProblemCode, about: { readonly again?: true; readonly said?: string } = {}): this {
    return this.tell({ type: 'failed', turn: this.state.turn, failure: { kind: 'problem', code, ...about } })
  }
  losesTheLine(): this {
    return this.tell({ type: 'failed', turn: this.state.turn, failure: { kind: 'line' } })
  }
  waits(): this {
    return this.tell({ type: 'elapsed', turn: this.state.turn })
  }
  /** Scans a code and has it known. */
  static scans(code: Partial<CodeView> = {}, remembered: ConstructorParameters<typeof Phone>[0] = {}): Phone {
    return new Phone(remembered).answers({ ask: 'code', view: aCode(code) })
  }
  get at(): State['stage']['at'] {
    return this.state.stage.at
  }
  /** The stage, when it is the one a test expects. */
  on<At extends State['stage']['at']>(at: At): Extract<State['stage'], { at: At }> {
    assert.equal(this.at, at)
    return this.state.stage as Extract<State['stage'], { at: At }>
  }
  /** What was asked by the last event; null when nothing was. */
  get asks(): Ask | null {
    return this.effect('ask')?.ask ?? null
  }
  /** For how long it was decided to wait, in ms. */
  get waitsFor(): number | null {
    return this.effect('wait')?.ms ?? null
  }
  effect<Do extends Effect['do']>(what: Do): Extract<Effect, { do: Do }> | undefined {
    return this.did.find((effect): effect is Extract<Effect, { do: Do }> => effect.do === what)
  }
}
