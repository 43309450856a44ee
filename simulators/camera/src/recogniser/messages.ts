import { randomUUID } from 'node:crypto'

/* What recognisers post (lot-devices.md 2.10): field by field as in the samples there. */

/** One plate in one picture. */
export type Seen = {
  readonly camera: string
  readonly takenAt: number
  readonly plateText: string
  /** 1 to 100. */
  readonly confidence: number
  readonly jpeg: Buffer
}
export type Post = { readonly contentType: string; readonly body: Buffer; readonly shown: string }

/** As OpenALPR posts it; its picture stays where it is. */
export function openAlprPost({ takenAt, plateText, confidence }: Seen): Post {
  const shown = JSON.stringify({
    version: 2,
    data_type: 'alpr_results',
    epoch_time: takenAt,
    img_width: 1920,
    img_height: 1080,
    processing_time_ms: 116.557533,
    regions_of_interest: [{ x: 0, y: 0, width: 1920, height: 1080 }],
    results: [
      {
        plate: plateText,
        confidence,
        matches_template: 1,
        plate_index: 0,
        region: 'cn',
        region_confidence: 82,
        processing_time_ms: 50.445648,
        requested_topn: 10,
        coordinates: [
          { x: 242, y: 360 },
          { x: 358, y: 362 },
          { x: 359, y: 412 },
          { x: 241, y: 408 },
        ],
        candidates: [{ plate: plateText, confidence, matches_template: 1 }],
      },
    ],
  })
  return { contentType: 'application/json', body: Buffer.from(shown), shown }
}

/** As PlateRecognizer Stream posts it: a form with the picture in it. */
export function plateRecognizerPost({ camera, takenAt, plateText, confidence, jpeg }: Seen): Post {
  const score = confidence / 100
  const timestamp = new Date(takenAt).toISOString().replace('Z', '000Z')
  const filename = `${camera}_screenshots/${takenAt}.jpg`
  const plate = plateText.toLowerCase()
  const shown = JSON.stringify({
    hook: { target: 'http://lot-agent/', id: camera, event: 'recognition', filename },
    data: {
      camera_id: camera,
      filename,
      timestamp,
      timestamp_local: timestamp,
      results: [
        {
          box: { xmax: 412, xmin: 337, ymax: 305, ymin: 270 },
          candidates: [{ plate, score }],
          color: [{ color: 'white', score: 0.699 }],
          dscore: 0.757,
          model_make: [],
          orientation: [{ orientation: 'Front', score: 0.883 }],
          plate,
          region: { code: 'cn', score: 0.179 },
          score,
          vehicle: { box: { xmax: 590, xmin: 155, ymax: 373, ymin: 71 }, score: 0.709, type: 'Sedan' },
          direction: 210,
          source_url: 'rtsp://camera/',
          position_sec: 23.47,
        },
      ],
    },
  })
  const boundary = randomUUID().replaceAll('-', '')
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${shown}\r\n`),
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="upload"; filename="image.jpg"\r\n`),
    Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
    jpeg,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return { contentType: `multipart/form-data; boundary=${boundary}`, body, shown }
}
