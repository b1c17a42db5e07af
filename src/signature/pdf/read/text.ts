/** Text strings of PDF (ISO 32000-2 7.9.2.2): UTF-16BE or UTF-8 by their mark, else one byte a sign. */
export const textFrom = (bytes: Uint8Array): string => {
  const buffer = Buffer.from(bytes);
  if (buffer[0] === 0xfe && buffer[1] === 0xff) {
    const even = buffer.subarray(2, buffer.length - (buffer.length % 2));
    return Buffer.from(even).swap16().toString('utf16le');
  }
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) return buffer.subarray(3).toString('utf8');
  return buffer.toString('latin1');
};

/** A date `D:YYYYMMDDHHmmSSOHH'mm'` (7.9.4) as an instant; null when unreadable. */
export const pdfTime = (text: string): Date | null => {
  const parts = /^D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:(Z|[+-])(?:(\d{2})'?(\d{2})?)?)?/.exec(text);
  if (parts === null) return null;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', sign = 'Z', hours = '00', minutes = '00'] = parts;
  const zone = sign === 'Z' ? 'Z' : `${sign}${hours}:${minutes}`;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(at.getTime()) ? null : at;
};
