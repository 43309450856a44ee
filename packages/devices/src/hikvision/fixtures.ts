import { escaped } from './xml.ts'

export const aJpeg = (filling = 'picture'): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from(filling)])

/** An alert with these fields; those of `ANPR` under that name. */
export const anAlert = (
  fields: Readonly<Record<string, string>> = {},
  anpr: Readonly<Record<string, string>> | null = {},
  announced: readonly string[] = [],
): string => {
  const usual = {
    macAddress: '08:cc:81:77:93:8a',
    channelID: '1',
    dateTime: '2026-05-21T16:10:06+08:00',
    eventType: 'ANPR',
    eventState: 'active',
    UUID: '2026052116100697300edb',
    isDataRetransmission: 'false',
  }
  const plate = { licensePlate: '粤B12345', plateColor: 'blue', confidenceLevel: '98' }
  const pictures = announced.map((name) => `<pictureInfo><fileName>${name}</fileName></pictureInfo>`).join('')
  const inner = `<ANPR>${elements({ ...plate, ...anpr })}<pictureInfoList>${pictures}</pictureInfoList></ANPR>`
  const namespace = 'http://www.hikvision.com/ver20/XMLSchema'
  const all = `${elements({ ...usual, ...fields })}${anpr ? inner : ''}<picNum>${announced.length}</picNum>`
  return `<EventNotificationAlert version="2.0" xmlns="${namespace}">${all}</EventNotificationAlert>`
}

/** Those with empty text are left out. */
const elements = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, text]) => (text === '' ? '' : `<${name}>${escaped(text)}</${name}>`))
    .join('')
