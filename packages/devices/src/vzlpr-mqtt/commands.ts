import { type BoardLine, type Speaker, serialPart, spoken } from '../vzlpr.ts'

/* What is sent down to a camera of the newer profile (lot-devices.md 2.4), field for field as its samples. */

export type Down = { readonly name: string; readonly body: object }

/** The envelope all messages have, both ways. Its time is in seconds. */
export const envelope = ({ name, body }: Down, id: string, sn: string, now: number): object => ({
  id,
  sn,
  name,
  version: '1.0',
  timestamp: Math.floor(now / 1000),
  payload: { type: name, body },
})

const pulse = 2
/** Closes an output for a time. */
export const closeOutput = (io: number, delay: number): Down => ({
  name: 'gpio_out',
  body: { delay, io, value: pulse },
})

export const toPort = (port: BoardLine['port'], frame: Buffer): Down => ({
  name: 'serial_data',
  body: { serialData: [serialPart(port, frame)] },
})

/** † No public source prints its fields: those of the voice over HTTP (2.2) are taken. */
export const speak = (words: string, speaker: Speaker): Down => ({ name: 'tts_voice', body: spoken(words, speaker) })

/** A plate that the camera lets in by itself while nobody answers it; the times are Chinese ones, `YYYY-MM-DD HH:MM:SS`. */
export type ListedPlate = {
  readonly plate: string
  readonly createdAt: string
  readonly from: string
  readonly until: string
}

/** Adds to the camera's own list, or changes what is on it. */
export const putOnList = (plates: readonly ListedPlate[]): Down => ({
  name: 'white_list_operator',
  body: {
    operator_type: 'update_or_add',
    dldb_rec: plates.map(({ plate, createdAt, from, until }) => ({
      plate,
      create_time: createdAt,
      enable: 1,
      enable_time: from,
      overdue_time: until,
      time_seg_enable: 0,
      need_alarm: 0,
    })),
  },
})
