import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

const newestName = 'lot.backup.sqlite'
const olderName = 'lot.backup.1.sqlite'
const partName = 'lot.backup.part.sqlite'

/** The copies there are, newest first. */
export const copies = (dir: string): readonly string[] =>
  [newestName, olderName].map((name) => join(dir, name)).filter((path) => existsSync(path))

/** Gives the room of the older copy, and of one that was never finished, to whoever needs it more. */
export function giveUpOldCopies(dir: string): void {
  rmSync(join(dir, partName), { force: true })
  if (existsSync(join(dir, newestName))) rmSync(join(dir, olderName), { force: true })
}

/**
 * Copies the file page by page beside itself; two copies are kept. It reads through a connection of its own, in another thread:
 * whoever writes meanwhile is not held up, and the copy is of one instant.
 * @throws Error when there is no room for it, or the file is damaged; the copies there were stay.
 */
export async function makeCopy(dir: string): Promise<void> {
  const part = join(dir, partName)
  const source = new DatabaseSync(join(dir, 'lot.sqlite'), { readOnly: true })
  try {
    // All pages in one step: a copy in several would begin again with every turn that comes between.
    await backup(source, part, { rate: 0x7fff_ffff })
    const file = await open(part, 'r+')
    await file.sync().finally(() => file.close())
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  } finally {
    source.close()
  }
  if (existsSync(join(dir, newestName))) renameSync(join(dir, newestName), join(dir, olderName))
  renameSync(part, join(dir, newestName))
}

/** When the newest copy was made; 0 when there is none. */
export const copiedAt = (dir: string): number => {
  const path = join(dir, newestName)
  return existsSync(path) ? statSync(path).mtimeMs : 0
}
