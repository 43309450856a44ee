import './style/base.css'
import './style/scene.css'
import './style/dock.css'
import './style/phone.css'
import './style/wires.css'
import './style/drawers.css'
import { render } from 'preact'
import { StreetPage } from './street-page.tsx'

render(<StreetPage />, document.getElementById('app')!)
