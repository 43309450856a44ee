import { err, ok, type Result } from '../result.ts'
import { bankNames } from './card-prefixes.ts'

export type BranchMistake = 'no-bank' | 'no-branch' | 'other-bank'

const anyBank = /(?:银行|信用(?:合作)?社|信用联社|信用合作联社|合作银行)/
const unit = /(?:支行|分行|营业部|营业室|营业厅|分理处|储蓄所|分社|信用社)$/

/** The spelling of a branch's name: no spaces, wide brackets. */
export const tidyBranch = (unchecked: string): string =>
  unchecked.normalize('NFKC').replace(/\s/g, '').replaceAll('(', '（').replaceAll(')', '）')

/**
 * The full name of a branch, like `中国工商银行深圳福田支行`: a bank, and which of its houses. `工商银行` alone finds no account.
 * @param bank of the card that it goes with, where its prefix tells
 */
export function parseBranch(unchecked: string, bank: string | null): Result<string, BranchMistake> {
  const name = tidyBranch(unchecked)
  const found = anyBank.exec(name)
  if (name.length > 60 || !found) return err('no-bank')
  const behind = name.slice(found.index + found[0].length)
  if (!unit.test(name) || behind.replace('股份有限公司', '').length < 3) return err('no-branch')
  return bank === null || isOf(name, bank) ? ok(name) : err('other-bank')
}

/** `工商银行` is written for `中国工商银行`, and `浦发银行` for `上海浦东发展银行`. */
function isOf(branch: string, bank: string): boolean {
  const short = bank.replace(/^(?:中国|上海)/, '')
  const spoken = bank === '上海浦东发展银行' ? '浦发银行' : bank === '中国邮政储蓄银行' ? '邮储银行' : short
  // `中国银行` is also the beginning of none other: what is left of it is `银行`, which all have.
  if (bank === '中国银行') return branch.startsWith('中国银行')
  return branch.includes(short) || branch.includes(spoken)
}

/** Banks that fit what was typed, for whoever has no name of a branch yet. */
export const banksLike = (typed: string): readonly string[] => bankNames.filter((name) => name.includes(typed.trim()))
