import type { FormLane } from '@lanepay/domain/applicant/form.ts'
import { laneLabels, valueLabels } from '@lanepay/domain/applicant/labels.ts'
import { Button, Input } from 'antd'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { type FormAround, knownHere, useWrong } from './form-field.tsx'
import { texts } from './texts.ts'

/** The lanes of the lot, one after the other; there is always one to fill in. */
export function Lanes({ around }: { readonly around: FormAround }) {
  const t = useTexts(texts)
  const said = language.use()
  const wrong = useWrong(around)
  const kept = knownHere(around).lanes ?? []
  const lanes: readonly FormLane[] = kept.length === 0 ? [{ number: 1, name: '', direction: 'entry' }] : kept
  const put = (next: readonly FormLane[]) => around.keeping.type({ lanes: next.map((lane) => ({ ...lane })) })
  const change = (at: number, part: Partial<FormLane>) =>
    put(lanes.map((lane, one) => (one === at ? { ...lane, ...part } : lane)))
  const directions = (['entry', 'exit', 'both'] as const).map((value) => ({
    ...{ value, label: valueLabels.direction[value][said] },
  }))
  const missing = wrong('lanes')
  return (
    <fieldset className="lp-lanes">
      <legend>{t.lanes}</legend>
      {missing && <p className="lp-wrong">{missing}</p>}
      {lanes.map((lane, at) => (
        <div key={at} className="lp-lane">
          <div data-place={`lanes/${at}/number`}>
            <Field label={laneLabels.number[said]} name="number" wrong={wrong(`lanes/${at}/number`)}>
              {(props) => (
                <Input
                  {...props}
                  inputMode="numeric"
                  maxLength={3}
                  value={lane.number === 0 ? '' : String(lane.number)}
                  onChange={({ target }) => {
                    if (/^\d{0,3}$/.test(target.value)) change(at, { number: Number(target.value) })
                  }}
                />
              )}
            </Field>
          </div>
          <div data-place={`lanes/${at}/name`}>
            <Field label={laneLabels.name[said]} name="name" wrong={wrong(`lanes/${at}/name`)}>
              {(props) => (
                <Input
                  {...props}
                  maxLength={40}
                  value={lane.name}
                  onChange={({ target }) => change(at, { name: target.value })}
                />
              )}
            </Field>
          </div>
          <div data-place={`lanes/${at}/direction`}>
            <ChoiceField
              label={laneLabels.direction[said]}
              name="direction"
              wrong={wrong(`lanes/${at}/direction`)}
              value={lane.direction}
              onChange={(direction) => change(at, { direction })}
              options={directions}
            />
          </div>
          {lanes.length > 1 && (
            <Button onClick={() => put(lanes.filter((_, one) => one !== at))}>{t.removeLane(at + 1)}</Button>
          )}
        </div>
      ))}
      <Button
        onClick={() =>
          put([...lanes, { number: Math.max(...lanes.map(({ number }) => number)) + 1, name: '', direction: 'exit' }])
        }
      >
        {t.addLane}
      </Button>
    </fieldset>
  )
}
