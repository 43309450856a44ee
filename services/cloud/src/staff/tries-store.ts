import type { Statement } from '@lanepay/database/database.ts'

export const takeTry: Statement = {
  name: 'take-staff-try',
  text: `
  insert into staff_try (key, since, tries) values ($1, $2, 1)
  on conflict (key) do update
     set tries = case when staff_try.since <= $3 then 1 else staff_try.tries + 1 end,
         since = case when staff_try.since <= $3 then excluded.since else staff_try.since end
  returning since, tries`,
}
export const giveBackTry: Statement = {
  name: 'give-back-staff-try',
  text: 'update staff_try set tries = greatest(tries - 1, 0) where key = $1 and since > $2',
}
/** And every count whose time is over: the table holds no more than the last quarter of an hour. */
export const forgetTries: Statement = {
  name: 'forget-staff-tries',
  text: 'delete from staff_try where key = $1 or since <= $2',
}
