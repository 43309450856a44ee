import type { VehiclesView } from '@lanepay/cloud/vehicle/api.ts'
import { useTexts } from './language.ts'
import { Told } from './told.tsx'

const texts = {
  zh: {
    version: (version: number) => `名单第 ${version} 版`,
    none: '这里还没有给车场下发过名单；第一次修改会代替车场现有的名单。',
    elsewhere: '有人用命令给车场下发过别的名单，这里没有保存。下一次修改会代替它。',
  },
  en: {
    version: (version: number) => `Lists, version ${version}`,
    none: 'No lists were told to the lot from here yet; the first change replaces those it has.',
    elsewhere:
      'Somebody has told the lot other lists by a command, which are not kept here. The next change replaces them.',
  },
}

/** What the lot has made of its lists as they are kept here. */
export function ListsTold({ view }: { readonly view: VehiclesView }) {
  const t = useTexts(texts)
  return (
    <>
      {view.elsewhere && <p className="lp-bad">{t.elsewhere}</p>}
      <p className="lp-hint">
        {view.version === 0 ? t.none : t.version(view.version)} {view.told && <Told told={view.told} />}
      </p>
    </>
  )
}
