import type { LanePicture } from '../lane-device.ts'
import { bytesIfAny, fieldsOf, inside, Malformed } from '../vzlpr.ts'
import { jsonIn } from './message.ts'

/**
 * The pictures that came with a plate result, to be taken out once the camera has its answer: no lane waits for a picture
 * (lot-devices.md 1). Empty for whatever holds none, or none that can be read. Older firmware only names a file on the camera.
 */
export function picturesIn(body: Uint8Array): readonly LanePicture[] {
  try {
    const result = inside(inside(inside(fieldsOf(jsonIn(body)), 'AlarmInfoPlate'), 'result'), 'PlateResult')
    const pictures: readonly LanePicture[] = [
      { role: 'full', jpeg: bytesIfAny(result, 'imageFile') },
      { role: 'plate', jpeg: bytesIfAny(result, 'imageFragmentFile') },
    ]
    return pictures.filter(({ jpeg }) => jpeg.length > 0)
  } catch (error) {
    if (error instanceof Malformed) return []
    throw error
  }
}
