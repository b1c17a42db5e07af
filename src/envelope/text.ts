/** Text as it is compared, stored and searched. Never applied before hashing bytes that someone signed. */

/**
 * Characters that show nothing: soft hyphen, zero-width spaces and joiners, direction marks, byte
 * order mark. Real directories hold names with U+200B (domain §3, "Dirty data").
 */
const invisible = /[\u00AD\u180E\u200B-\u200F\u2060-\u2064\uFEFF]/g;

/** Control characters (C0, C1), marks and overrides of direction, line separators: on a screen they make text say something else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const deceiving = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g;

/** Text of strangers (names in certificates, names of fields) as it may be shown and logged. */
export const shownText = (text: string): string => text.replace(deceiving, '');

/** Lines for a terminal: a stranger's escape sequences and overrides of direction do nothing; tabs and line ends stay. */
export const terminalText = (text: string): string => text.replace(deceiving, (sign) => (sign === '\n' || sign === '\t' ? sign : ''));

/** NFC, without invisible characters, trimmed. */
export const normalText = (text: string): string => text.replace(invisible, '').normalize('NFC').trim();

/** Combining marks that NFD splits off Vietnamese letters. */
const marks = /[\u0300-\u036F]/g;

/** For search and nearest names: no accents, `đ` as `d`, lower case, single spaces. */
export const foldText = (text: string): string =>
  normalText(text).normalize('NFD').replace(marks, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ');
