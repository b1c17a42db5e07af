/** Why a store is not moved, or not moved to its end. */

export type RefusalKind =
  | 'source-empty'
  | 'source-moving'
  | 'source-changed'
  | 'target-taken'
  | 'target-of-another'
  | 'bytes-missing'
  | 'rows-differ';

/** Thrown with a sentence in both languages; what was brought so far stays, and the next run goes on with it. */
export class MoveRefused extends Error {
  readonly kind: RefusalKind;
  readonly vi: string;
  constructor(kind: RefusalKind, vi: string, en: string) {
    super(en);
    this.name = 'MoveRefused';
    this.kind = kind;
    this.vi = vi;
  }
}
