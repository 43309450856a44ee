import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pages } from '../src/pages.ts'
import { demonstration } from './demonstration.ts'
import { examples } from './examples.ts'
import { holds, type Office, picture, settled, sights, startOffice } from './office.ts'
import { byViewer } from './seen-by.ts'

/*
 * Every page of the console (pages.ts), looked at in both languages, light and dark, on a desk and on a telephone, by everybody to whom it is
 * another one (seen-by.ts). What a page with a parameter in its path shows is said in examples.ts.
 */

let office: Office
before(async () => {
  office = await startOffice()
  await demonstration(office)
})
after(() => office?.close())

test('no page is left out: each with a parameter in its path has an example', () =>
  assert.deepEqual(
    pages.map(({ path }) => path).filter((path) => path.includes(':') && !(path in examples)),
    [],
  ))

describe('each page', () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const faults: string[] = []
      for (const [viewer, seen] of byViewer()) {
        const { context, page: screen, complaints } = await office.sits(viewer, sight)
        for (const { name, addressOf } of seen) {
          complaints.length = 0
          try {
            await screen.goto(office.url + (await addressOf(office)))
            await settled(screen)
            await picture(screen, name, sight)
            await holds(screen, sight, name)
            assert.deepEqual(complaints, [], name)
            assert.equal(await screen.evaluate(() => window.hacked), undefined, `${name} shows text as text`)
            const shut = await screen.getByText(/您的角色看不到这一页|Your role does not see this page/).count()
            assert.equal(shut, 0, `${name} is seen by whoever may see it`)
          } catch (error) {
            faults.push(`${name}: ${(error as Error).message}`)
          }
        }
        await context.close()
      }
      assert.deepEqual(faults, [])
    })
})
