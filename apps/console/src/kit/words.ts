import type { ListName, ListsView } from '@lanepay/cloud/report/api.ts'
import { useAsk } from './ask.ts'
import { language } from './language.ts'

/**
 * What a word of the code is called, as the lists of the reports call it: `words('refunds', 'state', 'done')`. A word that they do not know
 * is shown as it is; while it is not known yet which they know, nothing is shown.
 */
export function useWords(): (list: ListName, column: string, word: string | null) => string {
  const said = language.use()
  const lists = useAsk<ListsView>('~/reports')
  return (list, column, word) => {
    if (word === null || lists.isPending) return ''
    const of = lists.data?.lists.find(({ name }) => name === list)?.columns.find(({ key }) => key === column)
    return of?.words?.[word]?.[said] ?? word
  }
}
