import type { VehiclesView } from '@lanepay/cloud/vehicle/api.ts'
import { useTexts } from './language.ts'
import { RowsTold } from './rows-told.tsx'
import { Told } from './told.tsx'

const texts = {
  zh: {
    version: (version: number) => `名单第 ${version} 版`,
    none: '这里还没有给车场下发过名单；第一次修改会代替车场现有的名单。',
    itself: '这个车场由自己的收费软件管理车辆，请在那里修改。',
    asked: '这个车场的收费软件在每次入场前来问：黑名单里的车不让进。月卡、免费和访客由它自己管，请在那里修改。',
    elsewhere: '有人用命令给车场下发过别的名单，这里没有保存。下一次修改会代替它。',
  },
  en: {
    version: (version: number) => `Lists, version ${version}`,
    none: 'No lists were told to the lot from here yet; the first change replaces those it has.',
    itself: 'Charging software of its own decides at this lot, and cannot be told lists: change them there.',
    asked:
      'The charging software of this lot asks before each entry, and turns away whoever is blocked here. Month cards, free vehicles and guests are its own: change them there.',
    elsewhere:
      'Somebody has told the lot other lists by a command, which are not kept here. The next change replaces them.',
  },
}

/** What the lot has made of its lists as they are kept here. */
export function ListsTold({
  lot,
  view,
  mayChange,
}: {
  readonly lot: number
  readonly view: VehiclesView
  readonly mayChange: boolean
}) {
  const t = useTexts(texts)
  if (view.taken === null) return <p className="lp-bad">{t.itself}</p>
  if (view.taken === 'asked') return <p className="lp-hint">{t.asked}</p>
  if (view.rows !== null) return <RowsTold lot={lot} rows={view.rows} mayChange={mayChange} />
  return (
    <>
      {view.elsewhere && <p className="lp-bad">{t.elsewhere}</p>}
      <p className="lp-hint">
        {view.version === 0 ? t.none : t.version(view.version)} {view.told && <Told told={view.told} />}
      </p>
    </>
  )
}
