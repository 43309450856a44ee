let ahead = 0
/** The cloud has told what time it is there. */
export const hear = (serverNow: number): void => {
  ahead = serverNow - Date.now()
}
/** ms since 1970 UTC by the cloud's clock, as it last told: a browser's own may be wrong, and a demonstration's runs ahead. */
export const now = (): number => Date.now() + ahead
