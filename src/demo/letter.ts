/** A one-page công văn in the layout of NĐ 30/2020, annex I, as operators for `makePdf`. */
import { pageWidth } from './pdf.ts';
import { type Line, lineOperators, wrapText } from './pdf-text.ts';

export type Letter = {
  readonly agency: string;
  /** The body above it, first line at the left; '' for none. */
  readonly parent: string;
  /** `27/UBND-VX` */
  readonly code: string;
  readonly place: string;
  /** `yyyy-mm-dd` */
  readonly date: string;
  readonly subject: string;
  readonly recipients: readonly string[];
  readonly paragraphs: readonly string[];
  /** `KT. GIÁM ĐỐC`, `Phó Giám đốc`, full name. */
  readonly signer: { readonly competence: string; readonly position: string; readonly fullName: string };
  /** A line at the foot, e.g. that the data are simulated. */
  readonly notice?: string;
};

const left = 155;
const right = 410;
const margin = 70;
const body = pageWidth - 2 * margin;

const headLines = (letter: Letter): readonly Line[] => {
  const [year = '', month = '', day = ''] = letter.date.split('-');
  const agency = wrapText(letter.agency.toUpperCase(), 11, 200);
  const under = 785 - agency.length * 14;
  return [
    { text: letter.parent.toUpperCase(), x: left, y: 800, size: 11, align: 'centre' },
    ...agency.map((text, index): Line => ({ text, x: left, y: 785 - index * 14, size: 11, align: 'centre', bold: true })),
    { text: 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', x: right, y: 800, size: 11, align: 'centre', bold: true },
    { text: 'Độc lập - Tự do - Hạnh phúc', x: right, y: 785, size: 12, align: 'centre', bold: true },
    { text: `Số: ${letter.code}`, x: left, y: under - 8, size: 12, align: 'centre' },
    ...wrapText(letter.subject, 11, 210).map(
      (text, index): Line => ({ text, x: left, y: under - 26 - index * 13, size: 11, align: 'centre' }),
    ),
    { text: `${letter.place}, ngày ${day} tháng ${month} năm ${year}`, x: right, y: 757, size: 12, align: 'centre' },
  ];
};

const bodyLines = (letter: Letter): readonly Line[] => {
  let y = 650;
  const next = (step: number): number => {
    y -= step;
    return y;
  };
  const to =
    letter.recipients.length === 1
      ? [`Kính gửi: ${letter.recipients[0]}.`]
      : ['Kính gửi:', ...letter.recipients.map((name) => `- ${name};`)];
  return [
    ...to.slice(0, 8).map((text): Line => ({ text, x: 150, y: next(18), size: 13 })),
    ...letter.paragraphs.flatMap((paragraph) =>
      wrapText(`      ${paragraph}`, 13, body).map((text, index): Line => ({ text, x: margin, y: next(index === 0 ? 26 : 18), size: 13 })),
    ),
  ];
};

const footLines = (letter: Letter): readonly Line[] => [
  { text: 'Nơi nhận:', x: margin, y: 250, size: 11, bold: true },
  { text: '- Như trên;', x: margin, y: 237, size: 11 },
  { text: '- Lưu: VT.', x: margin, y: 224, size: 11 },
  { text: letter.signer.competence.toUpperCase(), x: right, y: 250, size: 12, align: 'centre', bold: true },
  { text: letter.signer.position.toUpperCase(), x: right, y: 234, size: 12, align: 'centre', bold: true },
  { text: letter.signer.fullName, x: right, y: 130, size: 13, align: 'centre', bold: true },
  ...(letter.notice === undefined ? [] : [{ text: letter.notice, x: pageWidth / 2, y: 40, size: 10, align: 'centre' } as const]),
];

/** Content-stream operators of the page. */
export const letterContent = (letter: Letter): string =>
  [...headLines(letter), ...bodyLines(letter), ...footLines(letter)].map(lineOperators).join('');

/** Where a person's signature and the agency's seal belong on this page. */
export const signaturePlaces = {
  person: { x: 345, y: 146, width: 150, height: 44 },
  agency: { x: 290, y: 172, width: 130, height: 56 },
} as const;
