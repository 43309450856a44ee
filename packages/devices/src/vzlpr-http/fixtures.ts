/** A plate result as the camera posts it, whatever is set being what the test is about. */
export const aPlateResult = (told: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  license: '粤B12345',
  plateid: 7,
  isoffline: 0,
  colorType: 1,
  confidence: 96,
  triggerType: 1,
  timeStamp: { Timeval: { sec: 1_686_299_994, usec: 687_772 } },
  ...told,
})

export const serial = 'fe71e106-57263272'

/** The JSON post around it. */
export const aPlatePost = (
  told: Readonly<Record<string, unknown>> = {},
  alarm: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  AlarmInfoPlate: { serialno: serial, ipaddr: '192.168.1.2', result: { PlateResult: aPlateResult(told) }, ...alarm },
})

export function aForm(fields: Readonly<Record<string, string>>, boundary = 'x1'): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return Buffer.from([...parts, `--${boundary}--\r\n`].join(''))
}
