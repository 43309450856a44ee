const strict = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Strict base64, standard alphabet with padding; `null` for anything else. Node's own reader silently skips rubbish. */
export const fromBase64 = (text: string): Buffer | null =>
  text !== '' && strict.test(text) ? Buffer.from(text, 'base64') : null
