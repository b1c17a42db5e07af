/** PEM (RFC 7468): the labelled blocks of a file, found by searching, since lists of tens of megabytes are too much for a pattern. */

export type PemBlock = { readonly label: string; readonly der: Uint8Array };

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** In the order of the file; none in a file that is not PEM. Text between blocks is a remark. */
export const pemBlocks = (file: Uint8Array): readonly PemBlock[] => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const blocks: PemBlock[] = [];
  for (let at = bytes.indexOf(BEGIN); at >= 0; ) {
    const labelEnd = bytes.indexOf(DASHES, at + BEGIN.length);
    if (labelEnd < 0 || labelEnd - at > 100) break;
    const label = bytes.toString('latin1', at + BEGIN.length, labelEnd);
    const end = bytes.indexOf(`${DASHES}END ${label}`, labelEnd);
    if (end < 0) break;
    // Buffer's base64 ignores line ends; a header before a blank line (RFC 1421) is not read.
    blocks.push({ label, der: Buffer.from(bytes.toString('latin1', labelEnd + DASHES.length, end), 'base64') });
    at = bytes.indexOf(BEGIN, end);
  }
  return blocks;
};
