import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { App } from './app.tsx'
import { makeClient } from './kit/ask.ts'
import { Theme } from './kit/theme.tsx'
import { root } from './kit/ways.ts'
import './style.css'

const place = document.getElementById('console')
if (!place) throw new Error('the page has no place for the console')
createRoot(place).render(
  <StrictMode>
    <Theme>
      <QueryClientProvider client={makeClient()}>
        <Router base={root}>
          <App />
        </Router>
      </QueryClientProvider>
    </Theme>
  </StrictMode>,
)
