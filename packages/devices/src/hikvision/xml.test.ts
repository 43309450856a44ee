import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Malformed } from '../malformed.ts'
import { elementAt, escaped, readXml, textAt, type Xml } from './xml.ts'

const understood: readonly (readonly [what: string, document: string, text: string])[] = [
  ['an element', '<a>1</a>', '1'],
  [
    'a declaration, comments and white space around',
    '\uFEFF<?xml version="1.0"?>\n<!-- - <x> -->\n<a>1</a>\n<!---->\n',
    '1',
  ],
  ['attributes in both quotes', `<a version="2.0" xmlns='http://www.std-cgi.com/ver10/XMLSchema'>1</a>`, '1'],
  ['a prefix', '<ns1:a xmlns:ns1="x">1</ns1:a>', '1'],
  ['the five entities', '<a>&lt;&amp;&gt;&quot;&apos;</a>', `<&>"'`],
  ['characters by number', '<a>&#31908;&#x7CA4;</a>', '粤粤'],
  ['an escaped ampersand is not read twice', '<a>&amp;lt;</a>', '&lt;'],
  ['CDATA', '<a><![CDATA[<b>&]] ]]></a>', '<b>&]]'],
  ['text around a child', '<a>1<b/>2</a>', '12'],
  ['an empty element', '<a />', ''],
]
for (const [what, document, text] of understood)
  test(`understood: ${what}`, () => {
    const root = readXml(document)
    assert.deepEqual([root.name, root.text], ['a', text])
  })

const refused: readonly (readonly [what: string, document: string])[] = [
  ['nothing', ''],
  ['text alone', 'a'],
  ['two roots', '<a/><b/>'],
  ['text beside the root', '<a/>b'],
  ['an element left open', '<a><b></b>'],
  ['an element closed that is not open', '</a>'],
  ['elements that overlap', '<a><b></a></b>'],
  ['a prefix on one end only', '<n:a></a>'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['entities that multiply', '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'],
  ['an entity from elsewhere', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['an entity that nobody declared', '<a>&nbsp;</a>'],
  ['an ampersand of its own', '<a>1 & 2</a>'],
  ['a character that is none', '<a>&#0;</a>'],
  ['half a surrogate', '<a>&#xD800;</a>'],
  ['an attribute without quotes', '<a b=c/>'],
  ['a tag that does not end', '<a'],
  ['a comment that does not end', '<a/><!-- '],
  ['CDATA that does not end', '<a><![CDATA[ </a>'],
  ['a declaration that does not end', '<?xml <a/>'],
  ['more depth than any camera has', '<a>'.repeat(40) + '</a>'.repeat(40)],
]
for (const [what, document] of refused)
  test(`refused: ${what}`, () => assert.throws(() => readXml(document), Malformed))

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/)
const words = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/\p{Cc}/gu, '').trim())
const { tree } = fc.letrec<{ tree: Xml; leaf: Xml; branch: Xml }>((tie) => ({
  leaf: fc.record({ name, text: words, children: fc.constant([]) }, { noNullPrototype: true }),
  branch: fc.record(
    { name, text: words, children: fc.array(tie('tree'), { maxLength: 3 }) },
    { noNullPrototype: true },
  ),
  tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('branch')),
}))
const written = (xml: Xml): string =>
  `<${xml.name}>${escaped(xml.text)}${xml.children.map(written).join('')}</${xml.name}>`

test('law: what is written reads back the same', () =>
  fc.assert(fc.property(tree, (xml) => assert.deepEqual(readXml(written(xml)), xml))))

test('law: whatever comes is read or refused as malformed, and nothing else', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '/', '!', '&', ';', '"', '=', '-', '[', 'a', ' '), maxLength: 40 }),
      (text) => {
        try {
          readXml(text)
        } catch (error) {
          assert.ok(error instanceof Malformed)
        }
      },
    ),
  ))

test('a fault does not repeat what was said', () =>
  assert.throws(
    () => readXml('<secret>&word;</secret>'),
    (error: Error) => !/secret|word/.test(error.message),
  ))

test('the first of a name along the way; empty is as good as absent', () => {
  const root = readXml('<a><b/><c><d>1</d></c><c><d>2</d></c></a>')
  assert.equal(textAt(root, 'c', 'd'), '1')
  assert.equal(textAt(root, 'b'), null)
  assert.equal(textAt(root, 'b', 'd'), null)
  assert.equal(elementAt(root, 'b')?.name, 'b')
})
