import type { ImportView, ProductView } from '@lanepay/cloud/vehicle/api.ts'
import { useState } from 'react'
import { ChoiceField } from '../../kit/field.tsx'
import { ImportFile } from '../../kit/import-file.tsx'
import { useTexts } from '../../kit/language.ts'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { texts } from './texts.ts'

/** Cards out of a file. */
export function ImportCards({ lot, products }: { readonly lot: number; readonly products: readonly ProductView[] }) {
  const t = useTexts(texts)
  const [product, setProduct] = useState(products[0]?.product ?? '')
  return (
    <ImportFile<ImportView['lines'][number]>
      path={`~/lots/${lot}/cards/import`}
      how={t.importHow}
      with={{ product }}
      words={t.doesWords}
      columns={[
        { key: 'card', title: t.card, show: ({ card }) => card },
        { key: 'plates', title: t.plates, show: ({ plates }) => plates.join(' ') },
      ]}
      fields={(problem) => (
        <ChoiceField
          label={t.usualProduct}
          name="product"
          problem={problem}
          own={vehicleProblems}
          value={product}
          onChange={setProduct}
          options={products.map((one) => ({ value: one.product, label: one.name }))}
        />
      )}
    />
  )
}
