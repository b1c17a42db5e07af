/**
 * The messages of spec/samples, made from one hand-written envelope by changing one thing at a time.
 * Written as text, not by `src/envelope/write.ts`: the reader is not checked by its own writer.
 */
import { zipSync } from 'fflate';
import { qcvn, type Sample, sampleDocument, sampleStatus, tinyPdf } from './sample-form.ts';

type Change = (text: string) => string;

const swap =
  (from: string | RegExp, to: string): Change =>
  (text) => {
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`nothing to change: ${from}`);
    return changed;
  };
const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((at, change) => change(at), text);

/** Removes an element, prefixed as the samples write it. */
const without = (name: string): Change => swap(new RegExp(`\\s*<edXML:${name}>[\\s\\S]*?</edXML:${name}>`), '');
const put = (name: string, value: string): Change =>
  swap(new RegExp(`(<edXML:${name}>)[\\s\\S]*?(</edXML:${name}>)`), `<edXML:${name}>${value}</edXML:${name}>`);
const insert = (before: string, text: string): Change => swap(before, `${text}${before}`);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const encoded = base64(tinyPdf);
const content = (text: string): Change => swap(encoded, text);
const extra = (text: string): Change => insert('<edXML:OtherInfo>', text);

const fixed = { mtime: new Date(Date.UTC(2025, 6, 15)) };
const zipOf = (name: string, bytes: Uint8Array): string => base64(zipSync({ [name]: bytes }, { ...fixed, level: 9 }));

const validDocuments: Readonly<Record<string, Change>> = {
  'document-new': (text) => text,
  'document-several-recipients': insert(
    '<edXML:DocumentId>',
    `<edXML:To><edXML:OrganId>H99.02</edXML:OrganId><edXML:OrganName>Sở Xây dựng tỉnh Mẫu</edXML:OrganName></edXML:To>
        <edXML:To><edXML:OrganId>G09</edXML:OrganId><edXML:OrganName>Bộ Nội vụ</edXML:OrganName></edXML:To>
        `,
  ),
  'document-urgent': put('Priority', '2'),
  'document-with-paper': put('Paper', '1'),
  'document-without-business': without('Bussiness'),
  'document-business-spelling': (text) => text.replaceAll('edXML:Bussiness', 'edXML:Business'),
  'document-type-missing': without('BussinessDocType'),
  'document-other-prefix': (text) => text.replaceAll('edXML:', 'x:').replaceAll('xmlns:edXML', 'xmlns:x'),
  'document-no-prefix': (text) => text.replaceAll('edXML:', '').replaceAll(/ xmlns:edXML="[^"]*"/g, ''),
  'document-prefixed-root': all(
    swap(`<edXML xmlns="${qcvn}">`, `<edXML:edXML xmlns:edXML="${qcvn}">`),
    swap(/<\/edXML>\s*$/, '</edXML:edXML>\n'),
  ),
  'document-prefixed-attachments': all(swap(`<edXML xmlns="${qcvn}">`, `<edXML xmlns="${qcvn}" xmlns:edXML="${qcvn}">`), (text) =>
    text.replaceAll(/<(\/?)(AttachmentEncoded|Attachment|ContentId|AttachmentName|Description|ContentType)>/g, '<$1edXML:$2>'),
  ),
  'document-other-order': all(
    (text) => {
      const block = /<AttachmentEncoded>[\s\S]*<\/AttachmentEncoded>\s*/.exec(text)?.[0] ?? '';
      return text.replace(block, '').replace('<edXML:edXMLEnvelope', () => `${block}<edXML:edXMLEnvelope`);
    },
    (text) => {
      const id = /<edXML:DocumentId>.*?<\/edXML:DocumentId>\s*/.exec(text)?.[0] ?? '';
      return text.replace(id, '').replace('</edXML:MessageHeader>', () => `${id}</edXML:MessageHeader>`);
    },
  ),
  'document-byte-order-mark': (text) => `\uFEFF${text}`,
  'document-leading-junk': (text) => `1212${text}`,
  'document-comments-and-cdata': all(
    swap(
      '<edXML:Subject>V/v báo cáo kết quả',
      '<!-- > < & --><?editor mark?><edXML:Subject>V/v báo cáo <![CDATA[kết]]><!-- chú thích --> quả',
    ),
    content(`${encoded.slice(0, 10)}<!-- a > b --><![CDATA[${encoded.slice(10, 25)}]]><?x y?>${encoded.slice(25)}`),
  ),
  'document-wrapped-base64': content(`\r\n      ${encoded.replace(/.{20}/g, '$&\r\n      ')}\r\n`),
  'document-references-in-base64': content(encoded.replace(/.{20}/g, '$&&#xD;&#10;')),
  'document-dotnet-content-id': swap('<ContentId>cid:', '<ContentId>'),
  'document-zipped-attachment': all(
    (text) => text.replaceAll('27_UBND-VX.pdf', 'Phụ lục.txt').replaceAll('application/pdf', 'application/zip'),
    content(zipOf('3f1c7e0a-5d2b.txt', Buffer.from('Nội dung phụ lục'))),
  ),
  'document-zip-labelled-pdf': content(zipOf('3f1c7e0a-5d2b.pdf', tinyPdf)),
  'document-zip-kept': all(
    (text) => text.replaceAll('27_UBND-VX.pdf', 'Phụ lục.zip').replaceAll('application/pdf', 'application/zip'),
    content(zipOf('Phụ lục.txt', Buffer.from('Nội dung phụ lục'))),
  ),
  'document-without-attachment': all(without('Reference'), swap(/\s*<AttachmentEncoded>[\s\S]*<\/AttachmentEncoded>/, '')),
  'document-decomposed-text': put('Subject', 'V/v báo cáo kết quả\u200B chuyển đổi số'.normalize('NFD')),
  'document-unknown-elements': extra(
    '<edXML:Extension><edXML:Code2>A1</edXML:Code2></edXML:Extension><more xmlns="urn:example:more" kind="x">y</more>',
  ),
  'document-undeclared-attribute-prefix': swap('<edXML:Reference>', '<edXML:Reference xlink:href="cid:3f1c7e0a">'),
  'document-empty-response': extra('<edXML:ResponseFor><edXML:OrganId/><edXML:Code/><edXML:DocumentId/></edXML:ResponseFor>'),
  'document-signature': insert(
    '</edXML:edXMLHeader>',
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><KeyInfo><X509Data><X509Certificate>MIIFqTCCBJG</X509Certificate></X509Data></KeyInfo></Signature>\n    ',
  ),
  'document-dotnet-signature': insert('</edXML:edXMLHeader>', '<edXML:DigitalSignature/>'),
  'document-only-number': without('CodeNotation'),
  'document-ordinary-words': all(
    put('Subject', 'V/v mật độ xây dựng và công tác bảo vệ bí mật nhà nước'),
    put('Content', 'Đổi mật khẩu; BẢO MẬT thông tin; mật mã; ong lấy mật'),
  ),
  recall: all(put('BussinessDocType', '1'), put('BussinessDocReason', 'Thu hồi do gửi nhầm nơi nhận')),
  update: all(
    put('BussinessDocType', '2'),
    insert(
      '<edXML:Paper>',
      `<edXML:DocumentId>H99.22,2025/07/15,1/UBND-VX</edXML:DocumentId><edXML:BussinessDocumentInfo><edXML:DocumentInfo>1</edXML:DocumentInfo><edXML:DocumentReceiver>1</edXML:DocumentReceiver><edXML:ReceiverList><edXML:Receiver><edXML:OrganId>H99.02</edXML:OrganId><edXML:ReceiverType>0</edXML:ReceiverType></edXML:Receiver><edXML:Receiver><edXML:OrganId>G09</edXML:OrganId><edXML:ReceiverType>1</edXML:ReceiverType></edXML:Receiver></edXML:ReceiverList></edXML:BussinessDocumentInfo>`,
    ),
  ),
  replacement: all(
    put('BussinessDocType', '3'),
    insert(
      '<edXML:Paper>',
      '<edXML:ReplacementInfoList><edXML:ReplacementInfo><edXML:DocumentId>H99.22,2025/07/15,1/UBND-VX</edXML:DocumentId><edXML:OrganIdList><edXML:OrganId>H99.01</edXML:OrganId></edXML:OrganIdList></edXML:ReplacementInfo></edXML:ReplacementInfoList>',
    ),
  ),
};

const doctype = (inside: string): Change => swap('<edXML xmlns', `<!DOCTYPE edXML ${inside}>\n<edXML xmlns`);
const laughs = '[<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]';
const rename =
  (name: string): Change =>
  (text) =>
    text.replaceAll('27_UBND-VX.pdf', name);

const invalidDocuments: Readonly<Record<string, Change>> = {
  'envelope.malformed--not-xml': () => 'Kính gửi: Sở Nội vụ tỉnh Mẫu\n',
  'envelope.malformed--empty': () => '',
  'envelope.malformed--two-roots': (text) => `${text}<edXML xmlns="${qcvn}"/>\n`,
  'envelope.malformed--text-after-root': (text) => `${text}hết\n`,
  'envelope.malformed--truncated-in-content': (text) => text.slice(0, text.indexOf(encoded) + 20),
  'envelope.malformed--truncated-in-header': (text) => text.slice(0, text.indexOf('</edXML:Subject>')),
  'envelope.malformed--doctype': doctype('SYSTEM "edxml.dtd"'),
  'envelope.malformed--external-entity': all(doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]'), put('Subject', '&x;')),
  'envelope.malformed--entity-bomb': all(doctype(laughs), put('Subject', '&d;')),
  'envelope.malformed--unknown-entity': put('Subject', 'A&nbsp;B'),
  'envelope.malformed--control-character': put('Subject', 'V/v \u0001 báo cáo'),
  'envelope.malformed--control-reference': put('Subject', 'V/v &#1; báo cáo'),
  'envelope.malformed--control-in-content': content(`${encoded.slice(0, 8)}\u0002${encoded.slice(8)}`),
  'envelope.malformed--crossed-tags': swap('</edXML:Subject>', '</edXML:Content>'),
  'envelope.malformed--attribute-twice': swap('version="1.0">', 'version="1.0" version="1.0">'),
  'envelope.malformed--declared-utf-16': swap('encoding="UTF-8"', 'encoding="UTF-16"'),
  'envelope.malformed--declared-windows-1258': swap('encoding="UTF-8"', 'encoding="windows-1258"'),
  'envelope.malformed--content-astray': insert(
    '</edXML:MessageHeader>',
    `<edXML:ContentTransferEncoded>${encoded}</edXML:ContentTransferEncoded>`,
  ),
  'envelope.namespace--older-hub': (text) => text.replaceAll(qcvn, 'http://www.e-doc.vn/Schema/'),
  'envelope.namespace--wrong-guess': (text) => text.replaceAll(qcvn, 'http://www.go.vn/eDoc'),
  'envelope.namespace--none': (text) => text.replace(` xmlns="${qcvn}"`, ''),
  'envelope.namespace--other-root': (text) => text.replace('<edXML xmlns', '<eDoc xmlns').replace(/<\/edXML>\s*$/, '</eDoc>\n'),
  'envelope.too-complex--depth': extra(`${'<edXML:a>'.repeat(80)}${'</edXML:a>'.repeat(80)}`),
  'envelope.invalid--from-missing': without('From'),
  'envelope.invalid--from-blank': put('OrganId', ' '),
  'envelope.invalid--to-missing': without('To'),
  'envelope.invalid--to-blank': swap('<edXML:OrganId>H99.01</edXML:OrganId>', '<edXML:OrganId/>'),
  'envelope.invalid--document-id-missing': without('DocumentId'),
  'envelope.invalid--document-id-invisible': put('DocumentId', '\u200B \uFEFF'),
  'envelope.invalid--code-missing': without('Code'),
  'envelope.invalid--date-missing': without('PromulgationDate'),
  'envelope.invalid--business-type': put('BussinessDocType', '7'),
  'date.invalid--30-february': put('PromulgationDate', '2014/02/30'),
  'date.invalid--other-form': put('PromulgationDate', '15-07-2025'),
  'date.future--year-2999': put('PromulgationDate', '2999/01/01'),
  'manifest.mismatch--reference-alone': swap(/\s*<AttachmentEncoded>[\s\S]*<\/AttachmentEncoded>/, ''),
  'manifest.mismatch--attachment-alone': without('Reference'),
  'manifest.mismatch--other-id': swap('<ContentId>cid:3f1c7e0a', '<ContentId>cid:00000000'),
  'attachment.encoding--alphabet': content(`${encoded.slice(0, 8)}@@@@${encoded.slice(8)}`),
  'attachment.encoding--url-alphabet': content(`-_-_${encoded}`),
  'attachment.encoding--padding': content(encoded.slice(0, -1)),
  'attachment.encoding--element-inside': content(`${encoded.slice(0, 8)}<x/>${encoded.slice(8)}`),
  'attachment.bomb--zeros': all(rename('Phụ lục.txt'), content(zipOf('a.txt', new Uint8Array(34 * 1024 * 1024)))),
  'attachment.name--path': rename('../../etc/passwd'),
  'attachment.name--backslash': rename('C:\\van-ban.pdf'),
  'attachment.name--dots': rename('..'),
  'attachment.name--blank': rename(' '),
  'attachment.name--tab': rename('van&#9;ban.pdf'),
  'attachment.name--right-to-left': rename('van-ban\u202Efdp.exe'),
  'document.secret--content': put('Content', 'Tối mật'),
  'document.secret--unknown-element': extra('<edXML:SecurityLevel>MẬT</edXML:SecurityLevel>'),
  'document.secret--stated': put('Content', 'Báo cáo quý III. Mức độ mật: Tuyệt mật'),
  'recipient.duplicate--same-code': insert('<edXML:DocumentId>', '<edXML:To><edXML:OrganId>H99.01</edXML:OrganId></edXML:To>'),
  'recipient.duplicate--old-code': insert('<edXML:DocumentId>', '<edXML:To><edXML:OrganId>000.00.01.H99</edXML:OrganId></edXML:To>'),
  'organ.unknown--recipient': swap('<edXML:OrganId>H99.01<', '<edXML:OrganId>H99.77<'),
  'organ.locked--recipient': swap('<edXML:OrganId>H99.01<', '<edXML:OrganId>H99.90<'),
  'organ.closed--recipient': swap('<edXML:OrganId>H99.01<', '<edXML:OrganId>H99.91<'),
  'sender.locked--from': put('OrganId', 'H99.90'),
  'sender.not-caller--from': put('OrganId', 'H99.02'),
  'trace.loop--own-code': insert(
    '<edXML:Bussiness>',
    '<edXML:TraceHeader><edXML:OrganId>H99.W00</edXML:OrganId><edXML:Timestamp>2025/07/15 09:00:00</edXML:Timestamp></edXML:TraceHeader>',
  ),
};

const invalidStatuses: Readonly<Record<string, string>> = {
  'envelope.invalid--status-from-missing': without('From')(sampleStatus('03', 90)),
  'envelope.invalid--status-addressee-missing': swap('<edXML:OrganId>H99.22</edXML:OrganId>', '')(sampleStatus('03', 91)),
  'envelope.invalid--status-document-missing': all(without('Code'), without('DocumentId'))(sampleStatus('03', 92)),
  'envelope.invalid--status-code-unknown': put('StatusCode', '07')(sampleStatus('03', 93)),
  'envelope.invalid--status-code-missing': without('StatusCode')(sampleStatus('03', 94)),
  'status.reason-missing--02': without('Description')(sampleStatus('02', 95)),
  'status.reason-missing--13': without('Description')(sampleStatus('13', 96)),
  'status.reason-missing--16': put('Description', ' ')(sampleStatus('16', 97)),
  'status.out-of-order--no-request': swap('<edXML:StatusCode>03<', '<edXML:StatusCode>15<')(sampleStatus('03', 1)),
};

const codes = ['01', '02', '03', '04', '05', '06', '13', '15', '16'] as const;

/** Every sample; each document has a number of its own. */
export const samples = (): readonly Sample[] => {
  const valid = Object.entries(validDocuments).map(([name, change], index) => ({
    path: `valid/${name}.xml`,
    text: change(sampleDocument(index + 1)),
  }));
  const invalid = Object.entries(invalidDocuments).map(([name, change], index) => ({
    path: `invalid/${name}.xml`,
    text: change(sampleDocument(101 + index)),
  }));
  return [
    ...valid,
    ...codes.map((code) => ({ path: `valid/status-${code}.xml`, text: sampleStatus(code, 1) })),
    ...invalid,
    ...Object.entries(invalidStatuses).map(([name, text]) => ({ path: `invalid/${name}.xml`, text })),
  ];
};
