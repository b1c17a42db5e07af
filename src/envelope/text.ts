/** Text as it is compared, stored and searched. Never applied before hashing bytes that someone signed. */

/**
 * Characters that show nothing: soft hyphen, zero-width spaces and joiners, direction marks, byte
 * order mark. Real directories hold names with U+200B (domain §3, "Dirty data").
 */
const invisible = /[\u00AD\u180E\u200B-\u200F\u2060-\u2064\uFEFF]/g;

/** NFC, without invisible characters, trimmed. */
export const normalText = (text: string): string => text.replace(invisible, '').normalize('NFC').trim();

/** Combining marks that NFD splits off Vietnamese letters. */
const marks = /[\u0300-\u036F]/g;

/** For search and nearest names: no accents, `đ` as `d`, lower case, single spaces. */
export const foldText = (text: string): string =>
  normalText(text).normalize('NFD').replace(marks, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ');
