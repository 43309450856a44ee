import { createHash } from 'node:crypto'
import type { Keep } from '@lanepay/channels/bills.ts'
import type { Database, Statement } from '@lanepay/database/database.ts'
import { bucketCount } from '@lanepay/domain/bucket.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/*
 * The file of a bill as the channel gave it, in pieces that go round the buckets (migration 0019 says why). No more of it is in
 * memory than a piece, on the way in and on the way out.
 */

const insertPiece: Statement = {
  name: 'insert-bill-piece',
  text: `insert into bill_piece (bucket, lot_id, bill_id, piece, bytes) values ($1, 0, $2, $3, $4) on conflict do nothing`,
}
const selectPiece: Statement = {
  name: 'select-bill-piece',
  text: 'select bytes from bill_piece where bucket = $1 and lot_id = 0 and bill_id = $2 and piece = $3',
}
export const deletePieces: Statement = {
  name: 'delete-bill-pieces',
  text: 'delete from bill_piece where bucket = any ($1::int4[]) and lot_id = 0 and bill_id = $2',
}
const selectFile: Statement = {
  name: 'select-bill-file',
  text: `
  select bill_id, file_bytes, file_sha256
    from bill
   where bucket = 0 and lot_id = 0 and account_id = $1 and day = $2::date and kind = $3 and state in ('kept', 'closed')`,
}

const pieceLength = 256 * 1024
const homeOf = (piece: number): number => piece % bucketCount

/** What a reading's file came to: null where the channel had none. */
export type KeptFile = { readonly bytes: number; readonly sha256: string }
export type FileKeeper = {
  readonly keep: Keep
  /** After the last piece, and before the bill names this reading as its own. */
  end(): Promise<KeptFile | null>
}

/** Keeps the file of one reading. Whether it counts, the bill says: of a reading that does not the pieces are deleted. */
export function fileKeeper(database: Database, billId: string): FileKeeper {
  const hash = createHash('sha256')
  let waiting: Uint8Array[] = []
  let held = 0
  let bytes = 0
  let pieces = 0
  const flush = async () => {
    const bucket = homeOf(pieces)
    const piece = Buffer.concat(waiting)
    waiting = []
    held = 0
    await database.of(bucket).query(insertPiece, [bucket, billId, pieces, piece])
    pieces += 1
  }
  return {
    keep: async (piece) => {
      hash.update(piece)
      bytes += piece.length
      waiting.push(piece)
      held += piece.length
      if (held >= pieceLength) await flush()
    },
    end: async () => {
      if (held > 0) await flush()
      return bytes === 0 ? null : { bytes, sha256: hash.digest('hex') }
    },
  }
}

export type BillFileError = 'no-bill' | 'no-file' | 'damaged'

/**
 * Writes the file of a bill out again, byte for byte. `no-bill`: none of that account, day and kind was whole yet; `no-file`: the
 * channel had none, or it was fetched before files were kept; `damaged`: what was written is not what came.
 */
export async function writeBillFile(
  database: Database,
  which: { readonly accountId: number; readonly day: string; readonly kind: 'trade' | 'fund-flow' },
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<Result<KeptFile, BillFileError>> {
  type Row = { bill_id: string; file_bytes: string | null; file_sha256: string | null }
  const [bill] = await database.of(0).query<Row>(selectFile, [which.accountId, which.day, which.kind])
  if (!bill) return err('no-bill')
  if (bill.file_bytes === null || bill.file_sha256 === null) return err('no-file')
  const file = { bytes: Number(bill.file_bytes), sha256: bill.file_sha256 }
  const hash = createHash('sha256')
  let written = 0
  for (let piece = 0; written < file.bytes; piece++) {
    const bucket = homeOf(piece)
    const [row] = await database.of(bucket).query<{ bytes: Buffer }>(selectPiece, [bucket, bill.bill_id, piece])
    if (!row) return err('damaged')
    hash.update(row.bytes)
    written += row.bytes.length
    await write(row.bytes)
  }
  return written === file.bytes && hash.digest('hex') === file.sha256 ? ok(file) : err('damaged')
}
