/** How a kiosk misbehaves; of its metal, hardware.ts. */
export type Faults = {
  /** At this point of the next purchase, until it is said otherwise. */
  readonly powerGoes: 'never' | 'before-telling' | 'after-telling' | 'while-paying'
  /** Says everything twice. */
  readonly repeats: boolean
  /** Says what comes second first, where two things wait. */
  readonly outOfOrder: boolean
  /** So many answers do not reach it. */
  readonly losesAnswers: number
  /** Signs with this one. */
  readonly secret: string | null
  readonly clockOffMs: number
  /** What it says is wrong with it. */
  readonly fault: string | null
}
export const noFaults: Faults = {
  powerGoes: 'never',
  repeats: false,
  outOfOrder: false,
  losesAnswers: 0,
  secret: null,
  clockOffMs: 0,
  fault: null,
}
