import { Button, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { problems, texts } from './texts.ts'

/** Ends a patrol, once it is said what was not looked at. */
export function End({ base, left }: { readonly base: string; readonly left: number }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  const end = useTell(`${base}/end`)
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.end}
      </Button>
      <Modal
        open={open}
        title={t.endTitle}
        okText={t.end}
        confirmLoading={end.isPending}
        onCancel={() => setOpen(false)}
        onOk={() =>
          end.mutate(
            {},
            {
              onSuccess: () => {
                setOpen(false)
                say(t.done)
              },
            },
          )
        }
      >
        <p className="lp-what">{t.endWhat(left)}</p>
        <ProblemBox problem={end.error} own={problems} />
      </Modal>
    </>
  )
}
