/** What an organ declares of a period, because the hub cannot see it (contract §6). Whole numbers of documents. */
export type PaperMonth = {
  readonly organ: string;
  /** `2026-11`, `BC2026-11`. */
  readonly period: string;
  readonly issuedToAgencies: number;
  readonly paperOnly: number;
  readonly otherElectronic: number;
  readonly declaredAt: string;
  readonly declaredBy: string;
};
