/**
 * Vietnamese text in a PDF without an embedded font: the standard font Times-Roman holds the Latin letters
 * and the bare accents, so each letter is composed of its base and its marks (hook above is a cedilla
 * turned upside down, the horn an apostrophe, the dot below a full stop). What a reader copies or searches
 * is right because each line says its real text (/ActualText, ISO 32000-1 §14.9.4).
 */

// Advance widths of Times-Roman for U+0020 to U+007E, thousandths of the size (Adobe Core 14 metrics).
const widths = [
  250, 333, 408, 500, 500, 833, 778, 333, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278,
  278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722,
  722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500,
  500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];

/** How a combining mark is drawn: character of the standard encoding, its width, shift from the centre. */
type Mark = { readonly octal: string; readonly width: number; readonly dx: number; readonly dy: number; readonly flip?: boolean };

const marks: Readonly<Record<string, Mark>> = {
  '\u0300': { octal: '\\301', width: 333, dx: 0, dy: 0 },
  '\u0301': { octal: '\\302', width: 333, dx: 0, dy: 0 },
  '\u0302': { octal: '\\303', width: 333, dx: 0, dy: 0 },
  '\u0303': { octal: '\\304', width: 333, dx: 0, dy: 0 },
  '\u0306': { octal: '\\306', width: 333, dx: 0, dy: 0 },
  '\u0309': { octal: '\\313', width: 333, dx: 30, dy: 525, flip: true },
  '\u031b': { octal: "'", width: 333, dx: 210, dy: -190 },
  '\u0323': { octal: '.', width: 250, dx: 0, dy: -200 },
};
const stacking = new Set(['\u0300', '\u0301', '\u0303', '\u0309']);
const carriers = new Set(['\u0302', '\u0306']);

const plain: Readonly<Record<string, string>> = { đ: 'd', Đ: 'D', '–': '-', '—': '-', '“': '"', '”': '"', '’': "'", '…': '...' };
const widthOf = (letter: string): number => widths[letter.charCodeAt(0) - 32] ?? 500;
const isCapital = (letter: string): boolean => letter >= 'A' && letter <= 'Z';

type Piece = { readonly letter: string; readonly marks: readonly string[]; readonly x: number; readonly stroke: boolean };

/** Base letters with their places, in thousandths of the size. */
const piecesOf = (text: string): { pieces: readonly Piece[]; width: number } => {
  const pieces: Piece[] = [];
  let x = 0;
  for (const cluster of text.normalize('NFC')) {
    const [first = ' ', ...rest] = [...cluster.normalize('NFD')];
    for (const letter of plain[first] ?? first) {
      pieces.push({ letter: letter >= ' ' && letter <= '~' ? letter : '?', marks: rest, x, stroke: first === 'đ' || first === 'Đ' });
      x += widthOf(letter);
    }
  }
  return { pieces, width: x };
};

/** Width of a line in points. */
export const lineWidth = (text: string, size: number): number => (piecesOf(text).width * size) / 1000;

/** Breaks a paragraph at spaces so that each line fits. */
export const wrapText = (text: string, size: number, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && lineWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
};

const escaped = (letter: string): string => (/[()\\]/.test(letter) ? `\\${letter}` : letter);
const number = (value: number): string => String(Math.round(value * 100) / 100);

const markOperators = (piece: Piece, size: number, x: number, y: number): string => {
  const raise = isCapital(piece.letter) ? 170 : 0;
  const carried = piece.marks.some((mark) => carriers.has(mark));
  return piece.marks
    .map((character) => {
      const mark = marks[character];
      if (mark === undefined) return '';
      const above = character === '\u0323' || character === '\u031b' ? (character === '\u031b' ? raise : 0) : raise;
      const stacked = carried && stacking.has(character);
      const left = piece.x + (widthOf(piece.letter) - mark.width) / 2 + mark.dx + (stacked ? 120 : 0);
      const height = mark.dy + above + (stacked ? 130 : 0);
      const scale = mark.flip === true ? `${number(0.8 * size)} 0 0 ${number(-0.8 * size)}` : `${number(size)} 0 0 ${number(size)}`;
      return `${scale} ${number(x + (left * size) / 1000)} ${number(y + (height * size) / 1000)} Tm (${mark.octal}) Tj\n`;
    })
    .join('');
};

/** The bar of đ and Đ, a minus sign at the right height. */
const barOperators = (piece: Piece, size: number, x: number, y: number): string => {
  if (!piece.stroke) return '';
  const [dx, dy] = piece.letter === 'D' ? [-30, 90] : [220, 370];
  return `${number(size * 0.9)} 0 0 ${number(size)} ${number(x + ((piece.x + dx) * size) / 1000)} ${number(y + (dy * size) / 1000)} Tm (-) Tj\n`;
};

// An i that carries a mark above loses its own dot (dotlessi of the standard encoding).
const baseLetter = (piece: Piece): string =>
  piece.letter === 'i' && piece.marks.some((mark) => mark !== '\u0323') ? '\\365' : escaped(piece.letter);

export type Line = {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** `x` is the left edge (default) or the middle. */
  readonly align?: 'left' | 'centre';
  readonly bold?: boolean;
};

/** Content-stream operators of one line, in the font resource /F1. */
export const lineOperators = (line: Line): string => {
  const { pieces, width } = piecesOf(line.text);
  const x = line.align === 'centre' ? line.x - (width * line.size) / 2000 : line.x;
  const actual = Buffer.from(`\ufeff${line.text.normalize('NFC')}`, 'utf16le')
    .swap16()
    .toString('hex');
  const weight = line.bold === true ? `2 Tr ${number(line.size * 0.03)} w` : '0 Tr';
  const letters = pieces.map(baseLetter).join('');
  return (
    `/Span <</ActualText <${actual}>>> BDC BT /F1 1 Tf ${weight}\n` +
    `${number(line.size)} 0 0 ${number(line.size)} ${number(x)} ${number(line.y)} Tm (${letters}) Tj\n` +
    pieces.map((piece) => barOperators(piece, line.size, x, line.y) + markOperators(piece, line.size, x, line.y)).join('') +
    'ET EMC\n'
  );
};
