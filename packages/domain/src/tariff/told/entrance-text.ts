import type { Entrance } from './grid.ts'
import { dayKindText, type Language } from './words.ts'

/** `small, workday, 08:00`, and how full the lot is where that makes a difference. */
export const entranceText = (entrance: Entrance, language: Language): string =>
  [whoText(entrance), dayKindText(entrance.dayKind, language), hourText(entrance.hour)].join(', ')

export const whoText = ({ vehicle, occupancy }: Pick<Entrance, 'vehicle' | 'occupancy'>): string =>
  occupancy === null ? vehicle : `${vehicle} ${occupancy}%`

export const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
