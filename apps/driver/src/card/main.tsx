import { render } from 'preact'
import '../view/style.css'
import './card.css'
import { CardPage } from './page.tsx'

const root = document.getElementById('page')!
root.textContent = ''
render(<CardPage code={location.pathname.split('/')[2] ?? ''} />, root)
