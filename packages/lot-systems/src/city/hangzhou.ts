import { createPrivateKey, privateEncrypt, sign } from 'node:crypto'
import type { PlateColour } from '@lanepay/domain/types.ts'
import { chinaTime } from '../values.ts'

/*
 * What a lot tells the city of Hangzhou (城市大脑 v2, lot-devices.md 7): its entries as the city wants them written, and the envelope of every
 * message. Pure, and sent by nothing yet: exits, payments, pictures and the heartbeat are described too thinly to be written.
 */

/** A lot as the city has registered it. */
export type HangzhouLot = {
  readonly parkingCode: string
  /** All spaces, and those of them that are open to everybody. */
  readonly spaces: number
  readonly openSpaces: number
}
export type HangzhouEntry = {
  /** Our number of the stay, said again as `arriveID`. */
  readonly stay: string
  /** Of a vehicle without one, the word that the city has for it: it is not published. */
  readonly plate: string
  readonly colour: PlateColour
  /** The entry's number as the city has registered it. */
  readonly gate: string
  readonly enteredAt: number
  readonly freeSpaces: number
}

/** What was never said: the city wants a text. */
const nothing = '无'
/** A new-energy lorry's yellow-green is sent as green; a colour that nobody read, as the tables of the same family have it. */
const colourNumber: Readonly<Record<PlateColour, number>> = {
  ...{ blue: 1, yellow: 2, white: 3, black: 4, green: 5, 'yellow-green': 5, unknown: -1 },
}

/** What names a stay at the city, in its entry, exit and payment alike: lot, entry's number, time of entry by China's clock. */
export const hangzhouUid = ({ parkingCode }: HangzhouLot, { gate, enteredAt }: HangzhouEntry): string =>
  `${parkingCode}${gate}${chinaTime(enteredAt).replace(/\D/g, '')}`

/** The text of an entry, before it is sealed: members in the order in which software in the field writes them (`uploadCarInData`). */
export function hangzhouEntry(lot: HangzhouLot, entry: HangzhouEntry, now: number): string {
  return JSON.stringify({
    ...{ uid: hangzhouUid(lot, entry), arriveID: entry.stay, plateNo: entry.plate, parkingCode: lot.parkingCode },
    ...{ entryNum: entry.gate, gateNo: nothing, operatorCode: nothing, totalBerthNum: lot.spaces },
    ...{ openBerthNum: lot.openSpaces, freeBerthNum: entry.freeSpaces, arriveTime: chinaTime(entry.enteredAt) },
    ...{ parkingType: 1, plateColor: colourNumber[entry.colour], uploadTime: chinaTime(now) },
  })
}

/** A block of text that RSA with 1024 bits takes under PKCS#1. */
const blockBytes = 117

/**
 * The body that is sent: the text sealed with the lot's private key (PEM, RSA 1024) in blocks, in Base64, and signed over that. What is sealed so can
 * be read by whoever has the public key: it says who wrote, and hides nothing.
 */
export function hangzhouBody(text: string, { accessId, key }: { accessId: string; key: string }): string {
  const privateKey = createPrivateKey(key)
  const plain = Buffer.from(text)
  const blocks = Array.from({ length: Math.ceil(plain.length / blockBytes) }, (_, block) =>
    privateEncrypt(privateKey, plain.subarray(block * blockBytes, (block + 1) * blockBytes)),
  )
  const cipher = Buffer.concat(blocks).toString('base64')
  return JSON.stringify({
    ...{ accessID: accessId, sign: sign('md5', Buffer.from(cipher), privateKey).toString('base64'), cipher },
  })
}
