import sharp from 'sharp'

/** A picture of a paper, as a telephone takes it: letters on a ground that is not even. `orientation` as EXIF has it. */
export function aPhotograph(
  told: {
    readonly width?: number
    readonly height?: number
    readonly text?: string
    readonly form?: 'jpeg' | 'png' | 'webp'
    readonly orientation?: number
  } = {},
): Promise<Buffer> {
  const { width = 1200, height = 800, text = 'BUSINESS LICENCE', form = 'jpeg', orientation } = told
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g"><stop offset="0" stop-color="#d8c8a0"/><stop offset="1" stop-color="#f4ecd8"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <rect x="5%" y="5%" width="30%" height="30%" fill="#a03020"/>
    <text x="8%" y="60%" font-size="${Math.round(width / 16)}" fill="#202020">${text}</text></svg>`
  const painted = sharp(Buffer.from(drawn)).withExif({
    IFD0: { Make: 'A telephone', Copyright: 'somebody' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '22/1 32/1 0/1' },
  })
  return (orientation === undefined ? painted : painted.withMetadata({ orientation }))[form]().toBuffer()
}
