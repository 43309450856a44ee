import readCode from 'jsqr'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTexts } from '../../kit/language.ts'
import { texts } from './texts.ts'

/** Pixels of the longer side that are read: more is slower, and reads no code on a wall that this does not. */
const most = 800
const everyMs = 150

/** Shows what the camera sees until a code is read in it. Nothing of it leaves the telephone but what the code says. */
export default function Scan({ found }: { readonly found: (text: string) => void }) {
  const t = useTexts(texts)
  const video = useRef<HTMLVideoElement>(null)
  const [isBlind, setBlind] = useState(false)
  const tell = useEffectEvent(found)
  useEffect(() => {
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    const look = () => {
      if (ended) return
      const text = video.current && textIn(video.current)
      if (text) tell(text)
      else timer = setTimeout(look, everyMs)
    }
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      if (ended) return stop()
      video.current!.srcObject = stream
      await video.current!.play()
      look()
    }
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    // Refused by the person, or there is none: the check number is typed.
    begin().catch(() => setBlind(!ended))
    return () => {
      ended = true
      clearTimeout(timer)
      stop()
    }
  }, [])
  if (isBlind)
    return (
      <p className="lp-bad" role="alert">
        {t.noCamera}
      </p>
    )
  return (
    <div className="lp-scan">
      <video ref={video} muted playsInline aria-label={t.point} />
      <p className="lp-hint">{t.point}</p>
    </div>
  )
}

const canvas = document.createElement('canvas')
/** The code in what is seen now; empty: there is none. */
function textIn(video: HTMLVideoElement): string {
  const { videoWidth, videoHeight } = video
  if (videoWidth === 0) return ''
  const scale = Math.min(1, most / Math.max(videoWidth, videoHeight))
  canvas.width = Math.round(videoWidth * scale)
  canvas.height = Math.round(videoHeight * scale)
  const drawing = canvas.getContext('2d', { willReadFrequently: true })!
  drawing.drawImage(video, 0, 0, canvas.width, canvas.height)
  const { data, width, height } = drawing.getImageData(0, 0, canvas.width, canvas.height)
  return readCode(data, width, height)?.data ?? ''
}
