import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { checkApplication, type Mistake, tidyDraft } from '@lanepay/domain/applicant/check.ts'
import type { Draft, FormField, PaperKind, Place } from '@lanepay/domain/applicant/form.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { makeToken } from '../staff/token.ts'
import type { FormPart } from './api.ts'
import { applicationCan, decideAct } from './decide.ts'
import type { ApplicationRefusal } from './errors.ts'
import {
  type ApplicationDeps,
  keyValues,
  kindsOf,
  linkHash,
  papersOf,
  readLink,
  standingOf,
  writeStep,
} from './parts.ts'
import { type PictureRefusal, takePicture } from './picture.ts'
import { type ApplicationKey, keyOf } from './place.ts'
import { type KeptForm, openForm, sealForm, sealPaper } from './sealed.ts'
import {
  type ApplicationRow,
  dropPaper,
  insertApplication,
  lockApplication,
  saveForm,
  selectByLink,
  setLink,
  setState,
  touchApplication,
  upsertPaper,
} from './store.ts'
import { dayInChina } from './working-days.ts'

/*
 * The side of whoever applies. Nobody has an account yet: a secret link is all there is, and whoever has lost it asks for another one.
 */

export type MadeLink = { readonly id: string; readonly link: string }
export type Refused = { readonly kind: ApplicationRefusal; readonly mistakes?: readonly Mistake[] }

/** Pictures that are unpacked at the same time, and that may wait for it: each takes a few hundred MB for a moment. */
const [atOnce, mayWait] = [2, 20]

export function applying(deps: ApplicationDeps) {
  const { database, clock, newId, houseKey } = deps
  const take = someAtOnce(atOnce, mayWait)

  const inOne = <T>(key: ApplicationKey, act: (tx: Tx, now: Instant) => Promise<T>): Promise<T> =>
    twiceIfUnknown(() => database.of(key.bucket).transaction((tx) => act(tx, clock.now())))
  /** What is there, locked, for somebody who may write to it now. */
  const writing = async (
    tx: Tx,
    key: ApplicationKey,
  ): Promise<Result<ApplicationRow & { kept: KeptForm }, Refused>> => {
    const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
    if (!row) return err({ kind: 'link-unknown' })
    if (!applicationCan('write', row.state)) return err({ kind: 'not-in-this-state' })
    return ok({ ...row, kept: openForm(houseKey, row.id, row.sealed) })
  }
  const keep = (tx: Tx, key: ApplicationKey, kept: KeptForm, now: Instant) =>
    tx.query(saveForm, [
      ...[...keyValues(key), sealForm(houseKey, key.id, kept), kept.form.kind ?? 'operator', kept.form.lotName ?? null],
      instantOut(now),
    ])

  return {
    /** Makes an empty draft and the link to it, which is told this once. `who` has made it: `applicant`, or an account. */
    async make(
      who: string,
      told: { readonly kind?: Draft['kind']; readonly operatorId: string | null },
    ): Promise<MadeLink> {
      const key = keyOf(newId())
      const token = makeToken()
      const kind = told.kind ?? 'operator'
      const sealed = sealForm(houseKey, key.id, { form: { kind }, submitted: null })
      await inOne(key, async (tx, now) => {
        await tx.query(insertApplication, [
          ...[...keyValues(key), kind, linkHash(houseKey, token), sealed, told.operatorId, instantOut(now)],
        ])
        await writeStep(tx, key, now, { act: 'make', before: 'draft', after: 'draft', who })
      })
      return { id: key.id, link: `${key.id}.${token}` }
    },

    /** Another link, in the transaction of whoever may give one; the earlier works no more. */
    async offerLink(tx: Tx, key: ApplicationKey): Promise<MadeLink> {
      const token = makeToken()
      await tx.query(setLink, [...keyValues(key), linkHash(houseKey, token)])
      return { id: key.id, link: `${key.id}.${token}` }
    },

    /** The application of a link; null for one that was never given, or is no longer the last. */
    async byLink(unchecked: unknown): Promise<ApplicationRow | null> {
      const read = readLink(unchecked)
      if (read === null) return null
      const { key, token } = read
      const [row] = await database
        .of(key.bucket)
        .query<ApplicationRow>(selectByLink, [...keyValues(key), linkHash(houseKey, token)])
      return row ?? null
    },

    /**
     * Keeps what was typed. Two windows do not write over each other: whoever has read an older version reads again, unless everything it
     * wanted to write is there already (its first answer was lost).
     */
    save: (id: string, version: number, part: FormPart): Promise<Result<null, Refused>> => {
      const key = keyOf(id)
      return inOne(key, async (tx, now) => {
        const found = await writing(tx, key)
        if (!found.ok) return found
        const { kept } = found.value
        const form = withPart(kept.form, part)
        if (found.value.version !== version)
          return JSON.stringify(form) === JSON.stringify(kept.form) ? ok(null) : err({ kind: 'changed-elsewhere' })
        await keep(tx, key, { ...kept, form }, now)
        return ok(null)
      })
    },

    /** Takes a picture of a paper in the place of the one before. */
    async putPaper(id: string, kind: PaperKind, bytes: Uint8Array): Promise<Result<null, Refused>> {
      const picture = await take(() => takePicture(bytes))
      if (picture === null) return err({ kind: 'busy' })
      if (!picture.ok) return err<Refused>({ kind: picture.error satisfies PictureRefusal })
      const { jpeg, width, height, sha256 } = picture.value
      const key = keyOf(id)
      return inOne(key, async (tx, now) => {
        const found = await writing(tx, key)
        if (!found.ok) return found
        await tx.query(upsertPaper, [
          ...[
            ...keyValues(key),
            kind,
            width,
            height,
            jpeg.length,
            sha256,
            sealPaper(houseKey, id, kind, jpeg),
            instantOut(now),
          ],
        ])
        await tx.query(touchApplication, [...keyValues(key), instantOut(now)])
        return ok(null)
      })
    },

    dropPaper: (id: string, kind: PaperKind): Promise<Result<null, Refused>> => {
      const key = keyOf(id)
      return inOne(key, async (tx, now) => {
        const found = await writing(tx, key)
        if (!found.ok) return found
        await tx.query(dropPaper, [...keyValues(key), kind])
        await tx.query(touchApplication, [...keyValues(key), instantOut(now)])
        return ok(null)
      })
    },

    /** Hands it in: everything is checked again, whatever the page has said. Handed in twice is handed in once. */
    submit: (id: string, version: number): Promise<Result<null, Refused>> => {
      const key = keyOf(id)
      return inOne(key, async (tx, now) => {
        const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
        if (!row) return err({ kind: 'link-unknown' })
        if (row.state === 'submitted' && row.version === version + 1) return ok(null)
        const next = decideAct('submit', standingOf(row), null)
        if (!next.ok) return err({ kind: next.error })
        if (row.version !== version) return err({ kind: 'changed-elsewhere' })
        const { form, submitted } = openForm(houseKey, id, row.sealed)
        const papers = await papersOf(tx, key)
        const mistakes = checkApplication(form, kindsOf(papers), dayInChina(now))
        if (mistakes.length > 0) return err({ kind: 'form-mistakes', mistakes })
        const since = row.submitted_at
        const changed: Place[] =
          submitted === null
            ? []
            : [
                ...changedFields(form, submitted),
                ...papers
                  .filter((one) => since !== null && one.uploaded_at > since)
                  .map(({ kind }) => `papers/${kind}` as const),
              ]
        await tx.query(setState, [
          ...[...keyValues(key), next.value, null, null, JSON.stringify([])],
          ...[sealForm(houseKey, id, { form, submitted: form }), instantOut(now)],
        ])
        await writeStep(tx, key, now, {
          act: 'submit',
          before: row.state,
          after: next.value,
          who: 'applicant',
          changed,
        })
        return ok(null)
      })
    },

    /** Leaves a step that the whole form was printed, and by whom. */
    notePrinted: (id: string, who: string): Promise<void> => {
      const key = keyOf(id)
      return inOne(key, async (tx, now) => {
        const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
        if (row) await writeStep(tx, key, now, { act: 'print', before: row.state, after: row.state, who })
      })
    },
  }
}
export type Applying = ReturnType<typeof applying>

/** A form with what was typed since: null takes a field back. */
function withPart(form: Draft, part: FormPart): Draft {
  const typed = Object.entries(part).filter(([, value]) => value !== undefined)
  const next = { ...form, ...Object.fromEntries(typed) }
  const kept = Object.entries(next).filter(([, value]) => value !== null)
  // In one order, so that the same form is the same text.
  return tidyDraft(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))) as Draft)
}

/** The fields of a form that are no longer what they were. */
export function changedFields(form: Draft, before: Draft): readonly FormField[] {
  const names = new Set([...Object.keys(form), ...Object.keys(before)]) as Set<FormField>
  return [...names].filter((name) => JSON.stringify(form[name]) !== JSON.stringify(before[name])).sort()
}

/** Does a few things at a time and lets a few more wait; null for whoever comes after those. */
function someAtOnce(atMost: number, waitAtMost: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(act: () => Promise<T>): Promise<T | null> => {
    if (running < atMost) running++
    else if (waiting.length >= waitAtMost) return null
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await act()
    } finally {
      // Whoever waits has the place of the one that ends: nobody comes in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
