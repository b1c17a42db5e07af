/** What a line of the report holds, for one organ, one level, or all (contract §6). */
import type { Level, OrganKind } from '../../records/organ.ts';

export type Figures = {
  /** T, declared: documents to other state agencies. Null where not declared. */
  readonly issued: number | null;
  /** E1, without paper. */
  readonly electronicOnly: number;
  /** E2, paper goes as well (or that is unclear). */
  readonly electronicWithPaper: number;
  /** O, declared: electronic by another road. */
  readonly otherElectronic: number | null;
  /** P, declared: paper only. */
  readonly paperOnly: number | null;
  /** T − E1 − E2 − P − O: to be explained, never absorbed. */
  readonly difference: number | null;
  /** (E1 + E2 + O) / T, 0–1. */
  readonly share: number | null;
  /** (E1 + O) / T, 0–1. */
  readonly strictShare: number | null;
  /** Main document `valid`, or sound with revocation unknown. */
  readonly signed: number;
  /** Of these, the ones with revocation unknown. */
  readonly signedRevocationUnknown: number;
  /** signed / (E1 + E2); null where nothing was sent. */
  readonly signedShare: number | null;
  readonly turnsSent: number;
  readonly turnsReceived: number;
};

export type ComplianceRow = {
  readonly organ: string;
  readonly name: string;
  readonly level: Level;
  readonly kind: OrganKind;
  readonly declared: boolean;
} & Figures & { readonly notes: readonly string[] };

export type Total = { readonly organs: number; readonly declaredOrgans: number } & Figures;
export type LevelTotal = { readonly level: Level } & Total;

/** Counter sums of one organ by figure name. */
export type Counts = ReadonlyMap<string, number>;
