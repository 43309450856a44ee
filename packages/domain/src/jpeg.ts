/** Whether these bytes begin as a JPEG does, and could end as one: what others send for a picture is shown as nothing else. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8
