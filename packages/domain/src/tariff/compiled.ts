import type { TariffDocument } from './document.ts'
import { compile, type Program, usualExitMinutes } from './program.ts'

/** A document in which no mistake was found, made ready to price stays: parse once, quote often, in parallel. */
export type Tariff = {
  /** What is stored and sent; parsing it again gives a tariff that prices everything the same. */
  readonly document: TariffDocument
  /** Minutes to leave after paying. */
  readonly leaveMinutes: number
  /** For the engine only. */
  readonly program: Program
}

/** The caller has checked the document: see `parseTariff`. */
export function tariffOf(document: TariffDocument): Tariff {
  return { document, leaveMinutes: document.payment?.exitMinutes ?? usualExitMinutes, program: compile(document) }
}
