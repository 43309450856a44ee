import { isUntold } from '../logic/lot.ts'
import { yuan } from '../logic/shown.ts'
import type { Note, State } from '../logic/stage.ts'
import type { Texts } from '../texts/zh-cn.ts'

/** What is said above a fee. */
export function noteText(note: Note, t: Texts): string {
  if (note in t.notes) return t.notes[note as keyof Texts['notes']]
  const { title, todo } = t.problems[note as keyof Texts['problems']]
  return t.lang === 'en' ? `${title}. ${todo}` : `${title}，${todo}`
}

/** At an exit where no gate was ordered, for nobody knows who stands there: what opens it. */
export const byCamera = ({ place }: State, t: Texts): string => (place!.kind === 'exit' ? t.gate.byCamera : '')

/** The one sentence a screen reader hears when the page has changed. Nothing that ticks is in it. */
export function announcement(state: State, t: Texts): string {
  const { stage, lost, place } = state
  const offline = (when: keyof Texts['lotOffline']): string =>
    place?.lotOnline === false ? `${t.lotOffline[when]} ` : ''
  const said = (): string => {
    switch (stage.at) {
      case 'opening':
        return t.opening
      case 'leaving':
        return t.leaving
      case 'typing':
        return stage.problem === null ? t.plate.heading : `${t.problems[stage.problem].title} ${stage.plate}`
      case 'asking':
        return t.asking
      case 'fee': {
        if (stage.doing !== 'nothing') return stage.doing === 'pay' ? t.fee.paying : t.fee.held
        const label = stage.quote.state === 'overdue' ? t.fee.overdue : t.fee.owed
        const fee = `${stage.quote.plate} ${label} ¥${yuan(stage.quote.owedFen)}`
        const note = stage.note === null ? '' : `${noteText(stage.note, t)} `
        return `${note}${stage.note === 'lot-cut' ? '' : offline('before')}${fee}`
      }
      case 'free':
        return stage.quote.gate === undefined
          ? `${t.free.heading} ${byCamera(state, t)}`
          : t.gate[stage.quote.gate === 'silent' ? 'silentFree' : stage.quote.gate]
      case 'sheet':
        return `${offline('during')}${t.pay.sheet}`
      case 'waiting':
        return stage.because === 'resumed' ? t.pay.resumed : stage.polls > 4 ? t.pay.slow : t.pay.confirming
      case 'done': {
        const { state: paid, gate } = stage.payment
        if (paid === 'refunding' || paid === 'refunded') return t.pay[paid]
        if (isUntold(stage.payment)) return `${t.pay.paid} ${t.pay.untold}`
        return gate === null
          ? `${t.pay.paid} ${byCamera(state, t)}`
          : t.gate[gate === 'vehicle-changed' ? 'changed' : gate]
      }
      case 'entering':
        return t.entry.asking
      case 'entered':
        return `${t.entry.welcome} ${stage.view.pass}`
      case 'problem': {
        const { title, todo } = t.problems[stage.code]
        return `${title} ${stage.code === 'lane-empty' && place?.kind === 'entry' ? t.entry.laneEmptyTodo : todo}`
      }
    }
  }
  return lost > 0 ? `${t.lineLost} ${said()}` : said()
}
