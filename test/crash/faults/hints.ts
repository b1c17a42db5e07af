/**
 * SecantusDB's Rust edition reads a whole collection for each question that names its index, and a few keys for
 * the same question without the name. For long runs on it the names become comments on the way: the same answers,
 * at a price that does not grow with what was delivered long ago. MongoDB itself is told the names.
 */
const hint = Buffer.from('\x02hint\0');
const comment = Buffer.from('\x02comment\0');
const sizeBytes = 4;
/** By which a comment's name is longer than a hint's: so much is taken from its text, and no length around it changes. */
const more = comment.length - hint.length;

/** Changes `bytes` of OP_MSG in place. A name that two pieces share stays: slow, but right. */
export const hintsToComments = (bytes: Buffer): Buffer => {
  for (let at = bytes.indexOf(hint); at >= 0; at = bytes.indexOf(hint, at + 1)) {
    const text = at + hint.length + sizeBytes;
    if (text > bytes.length) break;
    const size = bytes.readInt32LE(text - sizeBytes);
    // `_id_` is found quickly by either name, and stands in updates, which take no comments.
    if (size <= '_id_'.length + 1 || text + size > bytes.length) continue;
    const rest = Buffer.from(bytes.subarray(text + more, text + size));
    comment.copy(bytes, at);
    bytes.writeInt32LE(size - more, at + comment.length);
    rest.copy(bytes, at + comment.length + sizeBytes);
  }
  return bytes;
};
