/** XML that canonicalisation has to work for: one document for each thing that signers and parsers disagree on. */
import { documentMessage, statusMessage } from '../support/message.ts';

const repeated = (text: string, times: number): string => Array.from({ length: times }, () => text).join('');
const base64 = Buffer.alloc(60_000, 'Văn bản số 27/UBND-VX ').toString('base64');
const wrapped = (ending: string): string => base64.replace(/(.{76})/g, `$1${ending}`);

const letter = documentMessage({
  ...{ from: 'H99.1', to: ['H99.2'], documentId: 'H99.1,2026/11/19,27/UBND-VX', traces: ['H99.1', 'H99.W00'] },
  subject: 'V/v "rà soát" <văn bản> & báo cáo',
  files: [{ name: 'van-ban.pdf', bytes: Buffer.alloc(90_000, '%PDF-1.7 ') }],
}).toString('utf8');

export const documents: Readonly<Record<string, string>> = {
  namespaces: `<a xmlns="urn:a" xmlns:b="urn:b"><c xmlns=""><b:d xmlns:b="urn:other" b:e="1"/></c><f xmlns="urn:a" xmlns:b="urn:b"/></a>`,
  prefixes: `<z:a xmlns:z="urn:z" xmlns:y="urn:y" xmlns:x="urn:x" y:n="1" x:n="2" n="3"><y:b xmlns:w="urn:w"><w:c/></y:b></z:a>`,
  cdata: `<a><b><![CDATA[<không phải thẻ> & "dấu"]]></b><c>trước<![CDATA[]]>sau</c></a>`,
  references: `<a b="&lt;&quot;&#9;&#10;&#13;&apos;&amp;">&lt;&gt;&amp;&quot;&#x1EA1;&#7841;&#13;&#xA;&#x1F600;</a>`,
  lines: '<?xml version="1.0" encoding="UTF-8"?>\r\n<a\r\n b="1\r\n2">\r\n<c>x\r\ny\rz</c>\r\n</a>\r\n',
  comments: `<!-- trước --><a><!-- trong --><b>x<!-- giữa -->y</b></a><!-- sau -->`,
  instructions: `<?xml version="1.0"?><?mau a="1"?><a><?x y?><b><?z?></b></a><?cuoi?>`,
  attributes: `<a z="1" a='2' m="a	b\nc" xml:lang="vi" b = "3"  ><b   c="'"   /><d e='"'></d></a>`,
  inherited: `<a xml:lang="vi" xml:space="preserve" xml:base="http://mau.test/"><b xml:lang="en"> <c xml:id="c1"/> </b></a>`,
  composed: `<a ten="Ủy ban nhân dân">${'Nguyễn Thị Ánh, phường Đống Đa'.normalize('NFC')}</a>`,
  decomposed: `<a ten="${'Ủy ban'.normalize('NFD')}">${'Nguyễn Thị Ánh'.normalize('NFD')}\u{1D11E}\u200B\uFEFF</a>`,
  runs: `<a><b>${wrapped('\r\n')}</b><c>${wrapped('&#xD;\n')}</c><d><![CDATA[${wrapped('\n')}]]></d><e>${base64}</e></a>`,
  deep: `${repeated('<a xmlns:p="urn:p"><p:b>', 60)}${repeated('</p:b></a>', 60)}`,
  envelope: letter,
  status: statusMessage({ from: 'H99.2', to: 'H99.1', statusCode: '03', documentId: 'x' }).toString('utf8'),
};
