import { Button, Input } from 'antd'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import type { Problem } from '../../kit/problem.ts'
import { texts } from './texts.ts'

export type LaneTyped = { readonly id: number; readonly name: string; readonly direction: 'entry' | 'exit' | 'both' }

/** The lanes of a lot, one at least. */
export function Lanes({
  lanes,
  onChange,
  problem,
}: {
  readonly lanes: readonly LaneTyped[]
  readonly onChange: (lanes: readonly LaneTyped[]) => void
  readonly problem: Problem | null
}) {
  const t = useTexts(texts)
  const change = (id: number, told: Partial<LaneTyped>) =>
    onChange(lanes.map((lane) => (lane.id === id ? { ...lane, ...told } : lane)))
  return (
    <>
      {lanes.map(({ id, name, direction }, at) => (
        <fieldset key={id}>
          <legend>{t.lane(id)}</legend>
          <Field label={t.laneName} name={`/lanes/${at}/name`} problem={problem}>
            {(props) => (
              <Input
                {...props}
                maxLength={40}
                value={name}
                onChange={({ target }) => change(id, { name: target.value })}
              />
            )}
          </Field>
          <ChoiceField
            label={t.direction}
            name={`/lanes/${at}/direction`}
            problem={problem}
            value={direction}
            onChange={(to) => change(id, { direction: to })}
            options={(['entry', 'exit', 'both'] as const).map((value) => ({ value, label: t.directions[value] }))}
          />
          {lanes.length > 1 && (
            <Button onClick={() => onChange(lanes.filter((lane) => lane.id !== id))}>
              {t.drop} {id}
            </Button>
          )}
        </fieldset>
      ))}
      <Button
        disabled={lanes.length >= 200}
        onClick={() =>
          onChange([...lanes, { id: Math.max(...lanes.map(({ id }) => id)) + 1, name: '', direction: 'both' }])
        }
      >
        {t.more}
      </Button>
    </>
  )
}
