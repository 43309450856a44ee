const zone = 'Asia/Shanghai'
const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const seconds = new Intl.DateTimeFormat('zh-CN', {
  timeZone: zone,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** `08:24` in China. */
export const timeOfDay = (at: number): string => (Number.isFinite(at) ? clock.format(at) : '--:--')
/** `08:24:05` in China. */
export const timeToSecond = (at: number): string => seconds.format(at)
/** `1月5日 周一`, or `Mon, 5 Jan`. */
export const dayText = (at: number, language: string): string =>
  Number.isFinite(at)
    ? new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
        timeZone: zone,
        weekday: 'short',
        day: 'numeric',
        month: language === 'en' ? 'short' : 'long',
      }).format(at)
    : ''
