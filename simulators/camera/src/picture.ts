import type { Vehicle } from './lane-state.ts'

/** A grey JPEG of eight by eight pixels: the smallest thing that is a picture. */
export const samplePicture: Buffer = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71',
    '////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4',
    '+Pj4+Pj4+Pj/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA',
    'FAEBAAAAAAAAAAAAAAAAAAAABP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJABxX//2Q==',
  ].join(''),
  'base64',
)

/** The picture of a vehicle, as long as it is to be. */
export function pictureOf({
  picture = samplePicture,
  pictureBytes = 0,
}: Pick<Vehicle, 'picture' | 'pictureBytes'>): Buffer {
  const whole = Buffer.alloc(Math.max(picture.length, pictureBytes))
  picture.copy(whole)
  return whole
}
