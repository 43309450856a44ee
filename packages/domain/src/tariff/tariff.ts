/*
 * The tariff engine (tariffs.md): a document is parsed once, then stays are quoted. Pure: no clock, no state that shows.
 */
export type { Tariff } from './compiled.ts'
export { TariffDocument } from './document.ts'
export { moneyText } from './lines.ts'
export { parseTariff, type TariffFault, type TariffRule } from './parse.ts'
export { coveredBy, type DailyPass } from './passes.ts'
export { NotPriceable, priceStay, quoteStay } from './quote.ts'
export { parseSchedule, quoteBySchedule, type Schedule, ScheduleDocument, tariffFor } from './schedule.ts'
export { type SimpleTariff, simpleTariff } from './simple.ts'
export { statementOf } from './statement.ts'
export type * from './stay.ts'
export { type PriceStep, priceSteps } from './steps.ts'
export { type TariffTrap, trapsIn } from './traps.ts'
