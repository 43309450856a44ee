import type { LinkView, ShopAsk, ShopChangeAsk, ShopsView, ShopView } from '@lanepay/cloud/coupon/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { Empty, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { nothing, ShopFields, shopIn, typedOf } from './form.tsx'
import { problems, texts } from './texts.ts'

/** Shops of a lot, with what each may give and has given. */
export function Shops({
  lot,
  view,
  mayChange,
}: {
  readonly lot: number
  readonly view: ShopsView
  readonly mayChange: boolean
}) {
  const t = useTexts(texts)
  const [link, setLink] = useState<LinkView | null>(null)
  const stateOf = ({ ended, isReady }: ShopView) => (ended ? t.ended : isReady ? t.ready : t.waits)
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.shops}</h2>
        {mayChange && <AddShop lot={lot} made={setLink} />}
      </div>
      {link && <TheLink view={link} close={() => setLink(null)} />}
      <WholeList<ShopView>
        name="shops"
        label={t.shops}
        rows={view.shops}
        rowKey={({ shop }) => shop}
        findIn={(shop) => [shop.name, shop.account, ...shop.kinds.map(({ name }) => name), stateOf(shop)].join(' ')}
        file={{ path: `~/lots/${lot}/shops-file` }}
        none={
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
          </Empty>
        }
        columns={[
          { key: 'name', title: t.name, show: ({ name }) => name, by: ({ name }) => name },
          { key: 'account', title: t.account, show: ({ account }) => account, by: ({ account }) => account },
          { key: 'kinds', title: t.kinds, show: ({ kinds }) => kinds.map(({ name }) => name).join(', ') },
          {
            key: 'today',
            title: t.today,
            end: true,
            show: ({ givenToday, perDay }) => t.limit(givenToday, perDay),
            by: ({ givenToday }) => givenToday,
          },
          {
            key: 'month',
            title: t.month,
            end: true,
            show: ({ givenThisMonth, perMonth }) => t.limit(givenThisMonth, perMonth),
            by: ({ givenThisMonth }) => givenThisMonth,
          },
          {
            key: 'state',
            title: t.state,
            by: stateOf,
            show: (shop) => (
              <span className={shop.ended ? '' : shop.isReady ? 'lp-good' : 'lp-bad'}>{stateOf(shop)}</span>
            ),
          },
        ]}
        {...(mayChange
          ? {
              actions: {
                title: t.act,
                show: (shop) => !shop.ended && <Acts lot={lot} shop={shop} linked={setLink} />,
              },
            }
          : {})}
      />
    </section>
  )
}

function Acts({
  lot,
  shop,
  linked,
}: {
  readonly lot: number
  readonly shop: ShopView
  readonly linked: (link: LinkView) => void
}) {
  const t = useTexts(texts)
  const base = `~/lots/${lot}/shops/${shop.shop}`
  const [typed, setTyped] = useState(() => typedOf(shop))
  const change = useTell<ShopChangeAsk>(`${base}/change`)
  const link = useTell<object, LinkView>(`${base}/link`)
  const end = useTell(`${base}/end`)
  const said = shopIn(typed)
  return (
    <>
      <Because
        label={t.change}
        title={`${t.change}: ${shop.name}`}
        what={t.lead}
        sure={t.save}
        own={problems}
        more={<ShopFields typed={typed} set={setTyped} problem={change.error} />}
        act={async (reason) => {
          if (said === null) return
          await change.mutateAsync({ ...said, reason })
          say(t.changed)
        }}
      />
      <Because
        label={t.link}
        title={`${t.link}: ${shop.name}`}
        what={t.linkWhat}
        own={problems}
        act={async (reason) => linked(await link.mutateAsync({ reason }))}
      />
      <Because
        label={t.end}
        title={`${t.end}: ${shop.name}`}
        what={t.endWhat}
        danger
        own={problems}
        act={async (reason) => {
          await end.mutateAsync({ reason })
          say(t.endDone)
        }}
      />
    </>
  )
}

/** Shown once: whoever has it sets the shop's password. */
function TheLink({ view, close }: { readonly view: LinkView; readonly close: () => void }) {
  const t = useTexts(texts)
  return (
    <div className="lp-what">
      <h3>{t.linkTitle}</h3>
      <p>{t.linkHow}</p>
      <p>
        <code className="lp-code">{view.link}</code>
      </p>
      <div className="lp-actions">
        <Button onClick={() => void navigator.clipboard.writeText(view.link).then(() => say(t.copied))}>
          {t.copy}
        </Button>
        <Button onClick={close}>{t.close}</Button>
      </div>
    </div>
  )
}

function AddShop({ lot, made }: { readonly lot: number; readonly made: (link: LinkView) => void }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  const [account, setAccount] = useState('')
  const [typed, setTyped] = useState(nothing)
  const tell = useTell<ShopAsk, LinkView>(`~/lots/${lot}/shops`)
  const said = shopIn(typed)
  return (
    <>
      <Button type="primary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.add}
      </Button>
      <Modal open={open} title={t.add} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <form
          className="lp-form"
          onSubmit={async (event) => {
            event.preventDefault()
            if (said === null) return
            const link = await tell.mutateAsync({ ...said, account: account.trim() }).catch(() => null)
            if (link === null) return
            made(link)
            setOpen(false)
            setAccount('')
            setTyped(nothing)
          }}
        >
          <Field label={t.account} name="account" hint={t.accountHint} problem={tell.error} own={problems}>
            {(props) => (
              <Input
                {...props}
                autoComplete="off"
                autoCapitalize="none"
                maxLength={32}
                value={account}
                onChange={({ target }) => setAccount(target.value)}
              />
            )}
          </Field>
          <ShopFields typed={typed} set={setTyped} problem={tell.error} />
          <ProblemBox problem={tell.error} own={problems} />
          <div className="lp-form-end">
            <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
            <Button
              type="primary"
              htmlType="submit"
              loading={tell.isPending}
              disabled={said === null || account.trim().length < 3}
            >
              {t.add}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
