import { render } from 'preact'
import '../view/style.css'
import type { State } from './logic.ts'
import { ChangePage } from './page.tsx'
import { run, whoPath } from './run.ts'

const root = document.getElementById('page')!
const token = location.pathname.split('/')[2] ?? ''
const show = (state: State): void => {
  render(<ChangePage state={state} who={whoPath(token)} tell={(event) => tell(event)} />, root)
}
root.textContent = ''
const tell = run(token, show)
