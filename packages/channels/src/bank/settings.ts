/** How a simulated bank (simulators/bank) is reached: there is no real bank that speaks this. */
export type BankSettings = {
  readonly baseUrl: string
  /** Who we are to the bank, and the account there that is paid from. */
  readonly client: string
  readonly account: string
  /** PEM, Ed25519: ours, and the bank's to verify its answers with. */
  readonly privateKey: string
  readonly bankPublicKey: string
}
