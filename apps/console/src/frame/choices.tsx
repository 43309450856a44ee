import { appearance } from '../kit/appearance.ts'
import { Choice } from '../kit/field.tsx'
import { language, useTexts } from '../kit/language.ts'

const texts = {
  zh: { language: '语言 Language', look: '外观', system: '跟随系统', light: '浅色', dark: '深色' },
  en: { language: '语言 Language', look: 'Appearance', system: 'As the system', light: 'Light', dark: 'Dark' },
}

/** Language and appearance, kept in this browser. */
export function Choices() {
  const t = useTexts(texts)
  return (
    <div className="lp-choices">
      <Choice
        aria-label={t.language}
        value={language.use()}
        onChange={language.set}
        options={[
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
      />
      <Choice
        aria-label={t.look}
        value={appearance.use()}
        onChange={appearance.set}
        options={[
          { value: 'system', label: t.system },
          { value: 'light', label: t.light },
          { value: 'dark', label: t.dark },
        ]}
      />
    </div>
  )
}
