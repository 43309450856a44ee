import { type ParseArgsConfig, parseArgs } from 'node:util'
import { languageOf } from '@lanepay/domain/tariff/told/words.ts'
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

/** What `--lang` says of what is made for people who do not sit at this terminal: Chinese where it is left out. @throws Told */
export function fileLanguage(lang: string | undefined, usage: string): 'zh' | 'en' {
  const language = languageOf(lang, {})
  if (!language) throw new Told(`--lang ${lang}: zh-CN or en\n${usage}`)
  return language === 'en' ? 'en' : 'zh'
}
