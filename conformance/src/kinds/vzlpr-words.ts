import type { PlateResult } from '@lanepay/devices/vzlpr.ts'
import { plateKind } from '@lanepay/domain/plate.ts'
import type { Expect } from './device-samples.ts'

/* What the vectors say of a plate and what the readers of VzLPR cameras say of it, in the same words. */

const ourTrigger: Readonly<Record<string, string>> = {
  auto: 'video',
  virtual_loop: 'video',
  io: 'loop',
  software: 'software',
}
export const ourKind: Readonly<Record<string, string>> = {
  small: 'ordinary',
  nev_small: 'new-energy-small',
  nev_large: 'new-energy-large',
  macau: 'macau',
  macau_cross: 'macau',
  hk_cross: 'hong-kong',
  wj: 'armed-police',
  civil_aviation: 'civil-aviation',
  legacy_special: 'special',
}

/** An expectation about a plate, in our words. */
export const inOurWords = (expect: Expect): Expect => ({
  ...expect,
  ...('trigger' in expect ? { trigger: ourTrigger[String(expect.trigger)] } : {}),
  ...('plateClass' in expect ? { plateClass: ourKind[String(expect.plateClass)] } : {}),
  ...('capturedAt' in expect ? { capturedAt: Date.parse(String(expect.capturedAt)) } : {}),
})

/** What a VzLPR camera saw, by the names the vectors have for it. */
export function plateSeen(seen: Omit<PlateResult, 'serial' | 'ip' | 'channel'> & Partial<PlateResult>): Expect {
  const { plate, takenAt, box } = seen
  return {
    kind: seen.kind,
    serial: seen.serial,
    ip: seen.ip,
    channel: seen.channel,
    plate,
    noPlate: plate === null,
    plateColour: seen.colour.replace('-', '_'),
    plateClass: plate && plateKind(plate),
    confidence: seen.confidence,
    trigger: seen.trigger,
    offline: seen.stored,
    capturedAt: takenAt,
    sourceRecordId: seen.recordId,
    dedupeKey: `${seen.serial}/${seen.recordId}/${Math.floor((takenAt ?? 0) / 1000)}`,
    box: box && [box.left, box.top, box.right, box.bottom],
    images: (seen.pictures?.() ?? []).map(({ role, jpeg }) => ({ role, bytes: jpeg.length })),
  }
}
