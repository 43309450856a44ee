/*
 * What SQLite says, in words that somebody at the lot can act on. Codes: https://sqlite.org/rescode.html
 */

/** The file cannot be opened, or must not be; the message says why and what to do, and is all that need be printed. */
export class DiskRefused extends Error {
  override readonly name = 'DiskRefused'
}

/** A turn found no room. Nothing of it is on disk; everything before it is. The next one may find room again. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull'
}

const codeOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null

/** SQLite's code without its refinement: 13 is full, whatever it was doing. Null when it was not SQLite who spoke. */
export const primaryCode = (error: unknown): number | null => {
  const code = codeOf(error)
  return code === null ? null : code & 0xff
}

const full = 13
/** Writing, growing the shared index, and its mapping: what a quota or a limit on one file answers instead of `full`. */
const notTaken: readonly (number | null)[] = [10 | (3 << 8), 10 | (19 << 8), 10 | (21 << 8)]

/** Whether a write failed for want of room: a full disk, a quota, a limit on the size of one file. */
export const isFull = (error: unknown): boolean => primaryCode(error) === full || notTaken.includes(codeOf(error))

const corrupt = 11
const notADatabase = 26
const wrong = 1
/** Whether an error is about what the file holds, rather than about getting at it. A table that is not there counts. */
export const isDamage = (error: unknown): boolean => [corrupt, notADatabase, wrong].includes(primaryCode(error) ?? 0)

/** Why a folder or a file cannot be used, for whoever installed it. */
export function refusal(error: unknown, path: string): DiskRefused {
  const said = error instanceof Error ? error.message : String(error)
  const errno = error instanceof Error && 'code' in error ? String(error.code) : ''
  const words = wordsOf(errno, isFull(error) ? full : primaryCode(error))
  return new DiskRefused(`${path}: ${words ?? 'the disk does not let it be opened. Look at the disk'} (${said})`)
}

function wordsOf(errno: string, code: number | null): string | null {
  if (errno === 'EROFS') return 'this disk is mounted read-only. Mount it for writing, then start again'
  if (errno === 'EACCES' || errno === 'EPERM' || code === 3 || code === 8 || code === 14)
    return `it may not be written by this user (${process.getuid?.() ?? 'unknown'}). Give it to this user (chown -R), then start again`
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || code === full)
    return 'the disk is full. Make room, then start again; nothing that was kept is lost'
  if (errno === 'ENOTDIR' || errno === 'EISDIR' || errno === 'EEXIST')
    return 'a file and a folder are mistaken for one another. Name a folder of the agent alone'
  if (code === 5 || code === 6) return 'another program holds it. End that program, then start again'
  if (errno === 'EIO' || code === 10)
    return 'the disk cannot be read or written. Change the disk; the copies beside the file may be whole'
  return null
}
