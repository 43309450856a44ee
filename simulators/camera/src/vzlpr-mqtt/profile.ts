import type { Device, Record } from '../face.ts'
import type { Orders } from '../orders.ts'

export type Said = { readonly topic: string; readonly message: object }
/** What was made of a message from above: orders, or nothing, and what is said back. */
export type Taken = { readonly orders: Orders | null; readonly reply: Said | null }

/** One of the two ways in which a VzLPR camera talks over MQTT (lot-devices.md 2.4). */
export interface Profile {
  /** What it subscribes to. */
  readonly hears: string
  /** `now` is the camera's own time in ms. */
  alive(now: number): Said
  plate(record: Record, stored: boolean, now: number): Said
  /** Null where the profile has no word for it. */
  input(input: number, on: boolean, now: number): Said | null
  serialIn(port: number, bytes: Buffer, now: number): Said | null
  /** Read as strictly as can be. @throws Refused */
  hear(topic: string, payload: Buffer, now: number): Taken
  /** What is said to a message that was refused; null where that is nothing. */
  refuse(topic: string, payload: Buffer, now: number): Said | null
  /** Where junk goes. */
  readonly loudest: string
}

export type MakeProfile = (device: Device) => Profile
