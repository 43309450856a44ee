/** The nonce of this answer of the cloud: the styles that are made while the page runs carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''

// What holds the page still behind a dialog makes a style element, and hands no nonce on to it (@rc-component/portal, useScrollLocker): all
// that our own files make have it. What somebody writes into the page as html is made by the browser, and has none.
const make = document.createElement.bind(document)
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const made = make(name, options)
  if (name === 'style') made.nonce = nonce
  return made
}) as typeof document.createElement
