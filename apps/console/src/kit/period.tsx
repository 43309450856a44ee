import { Input } from 'antd'
import { useAddress } from './address.ts'
import { now } from './clock.ts'
import { Field } from './field.tsx'
import { useTexts } from './language.ts'
import { dayAfter, dayText } from './shown.tsx'

const texts = { zh: { from: '从', to: '到（含当天）' }, en: { from: 'From', to: 'Until, this day too' } }

/** Days at Beijing; `until` is not in the period. */
export type Period = { readonly from: string; readonly until: string }

/** The period that the address names; the last seven days where it names none. */
export function usePeriod(days = 7): Period {
  const { words } = useAddress()
  const until = words.until ?? dayAfter(dayText(now()), 1)
  return { from: words.from ?? dayAfter(until, -days), until }
}

/** Two days to choose, written into the address. A person reads the last day as one that counts. */
export function PeriodFields({ period }: { readonly period: Period }) {
  const t = useTexts(texts)
  const { set } = useAddress()
  const last = dayAfter(period.until, -1)
  return (
    <>
      <Field label={t.from} name="from">
        {(props) => (
          <Input
            {...props}
            type="date"
            required
            max={last}
            value={period.from}
            onChange={({ target }) =>
              target.value && set({ from: target.value, until: period.until, after: undefined })
            }
          />
        )}
      </Field>
      <Field label={t.to} name="until">
        {(props) => (
          <Input
            {...props}
            type="date"
            required
            min={period.from}
            value={last}
            onChange={({ target }) =>
              target.value && set({ from: period.from, until: dayAfter(target.value, 1), after: undefined })
            }
          />
        )}
      </Field>
    </>
  )
}
