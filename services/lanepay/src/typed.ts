import { type ParseArgsConfig, parseArgs } from 'node:util'
import { Told } from './keep.ts'

type Options = NonNullable<ParseArgsConfig['options']>
export type Typed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>

/** The words and options of a command as typed. @throws Told what is wrong with them and how it is used. */
export function typed<const O extends Options>(args: readonly string[], options: O, usage: string): Typed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new Told(`${(error as Error).message}\n${usage}`)
  }
}
