import { generateKeyPairSync, sign, verify } from 'node:crypto'

/* Ed25519 both ways: the enterprise signs what it asks, the bank what it answers (README.md). */

export type KeyPair = { readonly privateKey: string; readonly publicKey: string }

export function newKeys(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  }
}

export const signText = (privateKey: string, text: string): string =>
  sign(null, Buffer.from(text), privateKey).toString('base64')

export const isSigned = (publicKey: string, text: string, signature: string): boolean =>
  verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))

export const requestText = (path: string, time: string, nonce: string, body: string): string =>
  ['POST', path, time, nonce, body].join('\n')
/** Holds the nonce of the request: an answer to another question is no answer. */
export const answerText = (status: number, nonce: string, body: string): string => [status, nonce, body].join('\n')
