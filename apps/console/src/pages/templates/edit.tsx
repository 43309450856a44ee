import type { TemplateView } from '@lanepay/cloud/integrator/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { problems, texts } from './texts.ts'

/** Puts a new template, or changes one. */
export function EditTemplate({ template }: { readonly template?: TemplateView }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type={template ? 'default' : 'primary'} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {template ? t.change : t.put}
      </Button>
      <Modal open={open} title={template?.name ?? t.put} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <Form {...(template ? { template } : {})} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

/** The list, or null for what is none. */
function rulesIn(text: string): readonly unknown[] | null {
  if (text.trim() === '') return []
  try {
    const rules: unknown = JSON.parse(text)
    return Array.isArray(rules) ? rules : null
  } catch {
    return null
  }
}

function Form({ template, onDone }: { readonly template?: TemplateView; readonly onDone: () => void }) {
  const t = useTexts(texts)
  const [name, setName] = useState(template?.name ?? '')
  const [fee, setFee] = useState(String((template?.platformFeeBasisPoints ?? 100) / 100))
  const [text, setText] = useState(template && template.rules.length > 0 ? JSON.stringify(template.rules, null, 2) : '')
  const tell = useTell<object>(template ? `/api/platform/templates/${template.template}` : '/api/platform/templates')
  const rules = rulesIn(text)
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        tell.mutate(
          {
            ...{ name: name.trim(), platformFeeBasisPoints: Math.round(Number(fee) * 100), rules },
            ...(template ? { version: template.version } : {}),
          },
          {
            onSuccess: () => {
              say(t.saved)
              onDone()
            },
          },
        )
      }}
    >
      <Field label={t.name} name="name" problem={tell.error} own={problems}>
        {(props) => <Input {...props} maxLength={40} value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Field label={t.fee} name="platformFeeBasisPoints" problem={tell.error}>
        {(props) => (
          <Input {...props} inputMode="decimal" value={fee} onChange={({ target }) => setFee(target.value)} />
        )}
      </Field>
      <Field
        label={t.rules}
        name="rules"
        hint={t.rulesHint}
        wrong={rules === null ? t.notJson : undefined}
        problem={tell.error}
      >
        {(props) => (
          <Input.TextArea
            {...props}
            rows={12}
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <ProblemBox problem={tell.error} own={problems} />
      <div className="lp-form-end">
        <Button onClick={onDone}>{t.cancel}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={tell.isPending}
          disabled={name.trim() === '' || rules === null}
        >
          {t.save}
        </Button>
      </div>
    </form>
  )
}
