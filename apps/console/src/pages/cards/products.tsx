import type { ProductAsk, ProductView } from '@lanepay/cloud/vehicle/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { Empty, ProblemBox } from '../../kit/page.tsx'
import { Money } from '../../kit/shown.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { WholeList } from '../../kit/whole-list.tsx'
import { fenOf, YuanInput } from '../../kit/yuan.tsx'
import { texts } from './texts.ts'

/** What cards are sold as. */
export function Products({
  lot,
  products,
  mayChange,
}: {
  readonly lot: number
  readonly products: readonly ProductView[]
  readonly mayChange: boolean
}) {
  const t = useTexts(texts)
  const end = useTell<{ readonly product: string; readonly reason: string }>(
    ({ product }) => `~/lots/${lot}/products/${product}/end`,
    { bodyOf: ({ reason }) => ({ reason }) },
  )
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.products}</h2>
        {mayChange && <NewProduct lot={lot} />}
      </div>
      <WholeList<ProductView>
        name="products"
        label={t.products}
        rows={products}
        rowKey={({ product }) => product}
        findIn={({ name }) => name}
        file={{ path: `~/lots/${lot}/products-file` }}
        none={
          <Empty title={t.noProducts}>
            <p>{t.noProductsHow}</p>
          </Empty>
        }
        columns={[
          {
            key: 'name',
            title: t.name,
            show: ({ name, ended }) => (ended ? `${name} (${t.ended})` : name),
            by: ({ name }) => name,
          },
          {
            key: 'price',
            title: t.price,
            end: true,
            show: ({ monthFen }) => <Money fen={monthFen} />,
            by: ({ monthFen }) => monthFen,
          },
          { key: 'spaces', title: t.spaces, end: true, show: ({ spaces }) => spaces, by: ({ spaces }) => spaces },
          {
            key: 'windows',
            title: t.windows,
            show: ({ windows }) => windows?.map(({ from, to }) => `${from}-${to}`).join(', ') ?? t.allDay,
          },
        ]}
        {...(mayChange
          ? {
              actions: {
                title: t.act,
                show: ({ product, ended }) =>
                  !ended && (
                    <Because
                      label={t.endProduct}
                      title={t.endProduct}
                      what={t.endProductWhat}
                      danger
                      own={vehicleProblems}
                      act={(reason) => end.mutateAsync({ product, reason })}
                    />
                  ),
              },
            }
          : {})}
      />
    </section>
  )
}

function NewProduct({ lot }: { readonly lot: number }) {
  const t = useTexts(texts)
  const nothing = { name: '', yuan: '', spaces: '1', from: '', to: '' }
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState(nothing)
  const tell = useTell<ProductAsk>(`~/lots/${lot}/products`)
  const fen = fenOf(typed.yuan)
  const spaces = Number(typed.spaces)
  const isRight = typed.name.trim() !== '' && fen !== null && Number.isInteger(spaces) && spaces >= 1 && spaces <= 20
  const text = (name: 'name' | 'spaces' | 'from' | 'to', label: string, more: object = {}, hint?: string) => (
    <Field label={label} name={name} problem={tell.error} own={vehicleProblems} {...(hint ? { hint } : {})}>
      {(props) => (
        <Input
          {...props}
          {...more}
          value={typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.newProduct}
      </Button>
      <Modal open={open} title={t.newProduct} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <form
          className="lp-form"
          onSubmit={async (event) => {
            event.preventDefault()
            const { name, from, to } = typed
            const windows = from === '' || to === '' ? {} : { windows: [{ from, to }] }
            const said = { name: name.trim(), monthFen: fen ?? 0, spaces, ...windows }
            const done = await tell.mutateAsync(said).then(
              () => true,
              () => false,
            )
            if (!done) return
            setOpen(false)
            setTyped(nothing)
          }}
        >
          {text('name', t.name, { maxLength: 40 })}
          <Field label={t.monthYuan} name="monthFen" problem={tell.error}>
            {(props) => <YuanInput {...props} value={typed.yuan} onChange={(yuan) => setTyped({ ...typed, yuan })} />}
          </Field>
          {text('spaces', t.spaces, { inputMode: 'numeric' })}
          {text('from', t.windowFrom, { type: 'time' }, t.windowHint)}
          {text('to', t.windowTo, { type: 'time' })}
          <ProblemBox problem={tell.error} own={vehicleProblems} />
          <div className="lp-form-end">
            <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
            <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={!isRight}>
              {t.save}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
