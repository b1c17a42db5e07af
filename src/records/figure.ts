/**
 * Counters behind the monthly report: one number a Vietnamese day, organ and figure. Documents are
 * counted on the day of promulgation, turns on the day of acceptance. Commits only add deltas; the
 * sealer folds them, so that no row is written by every accept.
 */
export type FigureName =
  | 'electronic-only'
  | 'electronic-with-paper'
  | 'paper-unclear'
  | 'signed-valid'
  | 'signed-revocation-unknown'
  /** A counted document whose verdict was otherwise: `verdict:undetermined/expired`. */
  | `verdict:${string}`
  | 'turns-sent'
  | 'turns-received'
  | 'returned'
  | 'recalled'
  /** Counted documents accepted after a period of theirs had closed, by its id: `late:2026-11`, `late:BC2026-Q4`. */
  | `late:${string}`;

export type FigureDelta = { readonly day: string; readonly organ: string; readonly figure: FigureName; readonly by: number };
export type FigureSum = { readonly organ: string; readonly figure: FigureName; readonly value: number };
