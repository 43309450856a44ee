import { Told } from './keep.ts'
import { printSettings, readSettings, type Settings } from './settings.ts'

/** The settings, or every mistake in them in one list. */
export function readOrTell(): Settings {
  const { settings, mistakes } = readSettings(process.env)
  if (mistakes.length > 0)
    throw new Told(
      ['These settings cannot work:', ...mistakes.map(({ setting, rule }) => `  ${setting}: ${rule}`)].join('\n'),
    )
  return settings
}

/** `lanepay config` */
export async function runConfig(): Promise<void> {
  const { settings, mistakes } = readSettings(process.env)
  console.log(printSettings(settings))
  if (mistakes.length > 0)
    throw new Told(
      ['', 'These settings cannot work:', ...mistakes.map(({ setting, rule }) => `  ${setting}: ${rule}`)].join('\n'),
    )
}
