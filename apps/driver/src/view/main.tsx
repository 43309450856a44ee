import { render } from 'preact'
import { run } from '../edge/run.ts'
import type { State } from '../logic/stage.ts'
import { App } from './app.tsx'
import './style.css'

const root = document.getElementById('page')!
const code = location.pathname.split('/')[2] ?? ''
const show = (state: State): void => {
  render(<App state={state} tell={(event) => running.tell(event)} />, root)
}
root.textContent = ''
const running = run(code, show)
