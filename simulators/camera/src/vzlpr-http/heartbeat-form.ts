import type { Device } from '../face.ts'

/** The heartbeat, which is also the comet poll: a form with the camera's web login in clear. */
export function heartbeatForm(
  device: Device,
  password: string,
): { readonly contentType: string; readonly body: Buffer } {
  const boundary = '------------------------caa771fe4a61f3d9'
  const fields = {
    device_name: device.name,
    ipaddr: device.ip,
    port: '80',
    user_name: 'admin',
    pass_wd: password,
    serialno: device.serial,
    channel_num: '1',
  }
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.from([...parts, `--${boundary}--\r\n`].join('')),
  }
}
