import { Problem } from './problem.ts'

/** How a person is asked for the code of its authenticator: the dialog that is on the screen (second-factor-dialog.tsx). */
type Asks = (why: 'second-factor-needed' | 'second-factor-not-set-up') => Promise<'shown' | 'given-up'>
let asks: Asks | null = null
export const askSecondFactorBy = (by: Asks | null): void => {
  asks = by
}

/**
 * Does an act; where the server wants the second factor first, asks the person for it and does the act again.
 * @throws Problem `second-factor-needed` when the person gave up, and whatever the act throws.
 */
export async function withSecondFactor<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Problem) || asks === null) throw error
    if (error.code !== 'second-factor-needed' && error.code !== 'second-factor-not-set-up') throw error
    if ((await asks(error.code)) === 'given-up') throw error
    return act()
  }
}
