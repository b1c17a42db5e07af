/** Attacks and their lawful twins as files, for judges that are not ours. */
import { catalogBody, type Pdf, type PdfObject, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import { makeKit, now } from '../kit.ts';
import { form, latin, signAs } from './makers.ts';

export type AttackFile = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether the first signature must come out unharmed. */
  readonly isLawful: boolean;
};

export type AttackFiles = {
  readonly files: readonly AttackFile[];
  /** DER. */
  readonly anchors: readonly Uint8Array[];
  /** The certificates between signer and anchor, which the files do not carry. */
  readonly intermediates: readonly Uint8Array[];
  /** The instant they are made for. */
  readonly at: Date;
};

const evil = streamBody('', latin('BT /F1 12 Tf 72 700 Td (9.000.000 dong) Tj ET'));
const overText = '60 690 460 720';
const white = form('1 g 0 0 200 60 re f');
const lines = form('1 0 0 RG 5 5 190 50 re S');

const updates = (pdf: Pdf): readonly (readonly [string, readonly PdfObject[]])[] => {
  const [next, page] = [pdf.size, pageBody(pdf.fields, false)];
  const catalog = catalogBody(pdf.fields);
  const overlay = (subtype: string) => `<< /Type /Annot /Subtype /${subtype} /Rect [${overText}] /F 4 /AP << /N ${next + 1} 0 R >>`;
  const annotated = { number: 3, body: pageBody([...pdf.fields, next], false) };
  return [
    ['content-replaced', [{ number: 5, body: evil }]],
    ['content-called-object-stream', [{ number: 5, body: streamBody('/Type /ObjStm /N 0 /First 0', latin('BT (9) Tj ET')) }]],
    ['font-replaced', [{ number: 4, body: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' }]],
    [
      'page-added',
      [
        { number: 2, body: `<< /Type /Pages /Kids [3 0 R ${next} 0 R] /Count 2 >>` },
        { number: next, body: page },
      ],
    ],
    ['page-turned', [{ number: 3, body: page.replace('/Contents', '/Rotate 180 /Contents') }]],
    ['page-cut', [{ number: 3, body: page.replace('/Contents', '/CropBox [0 0 100 100] /Contents') }]],
    ['script-on-opening', [{ number: 1, body: catalog.replace('/Lang', '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Lang') }]],
    ['stamp-over-text', [{ number: next, body: `${overlay('Stamp')} >>` }, { number: next + 1, body: white }, annotated]],
    [
      'unsigned-field-over-text',
      [
        { number: 1, body: catalogBody([...pdf.fields, next]) },
        { number: next, body: `${overlay('Widget')} /FT /Sig /T (X) >>` },
        { number: next + 1, body: white },
        annotated,
      ],
    ],
    [
      'stamp-that-says-it-were-a-signature',
      [{ number: next, body: `${overlay('Stamp')} /FT /Sig >>` }, { number: next + 1, body: white }, annotated],
    ],
    [
      'signature-removed',
      [
        { number: 1, body: catalogBody([]) },
        { number: 3, body: pageBody([], false) },
      ],
    ],
  ];
};

export const attackFiles = async (): Promise<AttackFiles> => {
  const kit = await makeKit();
  const signed = signAs(kit.letter(), { party: kit.agency });
  const second = (rect: string, appearance: Uint8Array) => signAs(signed, { party: kit.person, rect, appearance }).bytes;
  const bad = (name: string, bytes: Uint8Array): AttackFile => ({ name, bytes, isLawful: false });
  const good = (name: string, bytes: Uint8Array): AttackFile => ({ name, bytes, isLawful: true });
  const files = [
    good('signed', signed.bytes),
    good('signed-twice', second('60 500 260 560', lines)),
    good('second-signature-beside-text-in-white', second('60 500 260 560', white)),
    good('second-signature-clear-over-text', second(overText, lines)),
    good(
      'validation-data-added',
      revisePdf(signed, [{ number: 1, body: catalogBody(signed.fields).replace('/Lang', '/DSS << /Certs [] >> /Lang') }]).pdf.bytes,
    ),
    bad('second-signature-white-over-text', second(overText, white)),
    bad('bytes-appended', Buffer.concat([signed.bytes, latin('5 0 obj (evil) endobj\n')])),
    ...updates(signed).map(([name, objects]) => bad(name, revisePdf(signed, objects).pdf.bytes)),
  ];
  return { files, anchors: [kit.pki.root.certificate], intermediates: [kit.pki.issuing.certificate], at: now };
};
