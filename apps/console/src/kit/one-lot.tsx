import type { OwnLot } from '@lanepay/cloud/staff/api.ts'
import { Button } from 'antd'
import { Fragment, type ReactNode } from 'react'
import { useAddress } from './address.ts'
import { useAsk } from './ask.ts'
import { chosen, useHere, useLot } from './here.tsx'
import { useTexts } from './language.ts'
import { Answered, Empty } from './page.tsx'

const texts = {
  zh: { which: '先选一个车场', how: '这一页一次只看一个车场。', none: '没有车场', noneHow: '车场由平台开通。' },
  en: {
    which: 'Choose a lot first',
    how: 'This page shows one lot at a time.',
    none: 'There is no lot',
    noneHow: 'Lots are opened by the platform.',
  },
}

/** For pages of one lot: the one that is chosen above, the only one there is, or a choice between them. */
export function OneLot({ children }: { readonly children: (lot: OwnLot) => ReactNode }) {
  const t = useTexts(texts)
  const { operator } = useHere()
  const chosenLot = useLot()
  const { words } = useAddress()
  // An address that was sent says which.
  const lot = chosenLot ?? words.lot
  const lots = useAsk<readonly OwnLot[]>(operator === null ? null : '/api/me/lots', { operator: operator ?? '' })
  return (
    <Answered ask={lots}>
      {(all) => {
        const one = all.find((own) => String(own.lot) === lot) ?? (all.length === 1 ? all[0] : undefined)
        if (one) return <Fragment key={one.lot}>{children(one)}</Fragment>
        return (
          <Empty title={all.length === 0 ? t.none : t.which}>
            <p>{all.length === 0 ? t.noneHow : t.how}</p>
            {all.map((own) => (
              <p key={own.lot}>
                <Button onClick={() => chosen.lot.set(String(own.lot))}>
                  {own.name} ({own.lot})
                </Button>
              </p>
            ))}
          </Empty>
        )
      }}
    </Answered>
  )
}
