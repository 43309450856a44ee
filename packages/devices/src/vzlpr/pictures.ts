import { bytesIfAny, type Fields } from '../fields.ts'
import type { LanePicture } from '../lane-device.ts'
import { understood } from '../malformed.ts'

/**
 * The pictures within a plate result, to be taken out once the camera has its answer: no lane waits for a picture (lot-devices.md
 * 1). None where there is none, or none that can be read. Older firmware only names a file on the camera.
 */
export function picturesIn(result: Fields): readonly LanePicture[] {
  const pictures = understood((): readonly LanePicture[] => [
    { role: 'full', jpeg: bytesIfAny(result, 'imageFile') },
    { role: 'plate', jpeg: bytesIfAny(result, 'imageFragmentFile') },
  ])
  return pictures.ok ? pictures.value.filter(({ jpeg }) => jpeg.length > 0) : []
}
