/** Text as xmlbuilder2 must be given it. */
import { failure } from '../../errors.ts';

/** XML 1.0 knows no other control characters, and no half characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/**
 * Refuses (`request.invalid`) what XML cannot hold. Ampersands are escaped here, because xmlbuilder2
 * leaves what already looks like an entity: a subject that says "&lt;" would come out as "<".
 */
export const xmlText = (text: string): string => {
  if (forbidden.test(text) || !text.isWellFormed()) {
    const vi = 'Nội dung chứa ký tự điều khiển hoặc ký tự không hợp lệ trong XML';
    throw failure('request.invalid', '', { vi, en: 'The text holds characters that XML does not allow' });
  }
  return text.replace(/\r\n?/g, '\n').replaceAll('&', '&amp;');
};
