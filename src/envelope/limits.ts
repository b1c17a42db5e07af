/** How far a message may go before it is refused unread. The defaults hold anything honest by a wide margin. */
export type Limits = {
  /** Bytes outside the attachments' base64: header, manifest, markup. */
  readonly skeletonBytes: number;
  readonly elements: number;
  readonly depth: number;
  /** Bytes of one tag with its attributes. */
  readonly tagBytes: number;
  readonly attachments: number;
  /** Decoded bytes that stay in memory, of all attachments together; what does not fit goes to files. */
  readonly heldBytes: number;
  /** Bytes that one zipped attachment, and all together, may inflate to. */
  readonly inflatedBytes: number;
  /** Beyond this size, more than `inflateRatio` bytes out for one in is a bomb: DEFLATE reaches 1,032, paper scans about 50. */
  readonly inflateRatio: number;
  readonly inflateRatioFrom: number;
};

export const defaultLimits: Limits = {
  // 10,000 recipients with full addresses must still be read, so that the answer is recipient.too-many.
  skeletonBytes: 16 * 1024 * 1024,
  elements: 120_000,
  depth: 64,
  tagBytes: 64 * 1024,
  attachments: 500,
  heldBytes: 1024 * 1024,
  inflatedBytes: 512 * 1024 * 1024,
  inflateRatio: 100,
  inflateRatioFrom: 32 * 1024 * 1024,
};

/** Contract §5: `recipient.too-many`. */
export const maximumRecipients = 2000;
/** Contract §5: a problem document names at most this many faults. */
export const maximumFaults = 100;
