/** The month as the ledger expects it, by the definitions of contract §6, and the paper the organs declare. */

import type { PlannedDocument } from './planned.ts';
import { demoCommunes, demoOrgans } from './province.ts';

export type ExpectedFigures = {
  readonly organ: string;
  readonly electronicOnly: number;
  readonly electronicWithPaper: number;
  readonly signed: number;
  readonly turnsSent: number;
  readonly turnsReceived: number;
};

export type Declaration = {
  readonly organ: string;
  readonly issuedToAgencies: number;
  readonly paperOnly: number;
  readonly otherElectronic: number;
};

/** Whether the document reached its recipients: accepted, and not held (or released). */
export const isDelivered = ({ expected }: PlannedDocument): boolean =>
  expected.kind === 'accepted' && (!expected.held || expected.decision === 'release');

/** Everyone who must get it in the end, whichever posting named them. */
export const recipientsOf = (document: PlannedDocument): readonly string[] =>
  document.follow?.kind === 'supplement' ? [...document.to, ...document.follow.to] : document.to;

/** signedShare counts both (contract §6). */
export const isSigned = ({ expected }: PlannedDocument): boolean =>
  expected.kind === 'accepted' && (expected.verdict === 'valid' || expected.reason === 'revocation-unknown');

/** Turns are counted by delivery; a suspected duplicate has its own turns though it is no second document. */
const turnsOf = (document: PlannedDocument): number => recipientsOf(document).length * (document.follow?.kind === 'renumbered' ? 2 : 1);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const expectedFigures = (documents: readonly PlannedDocument[]): readonly ExpectedFigures[] => {
  const delivered = documents.filter(isDelivered);
  return demoOrgans
    .filter((organ) => organ.member)
    .map(({ code }) => {
      const sent = delivered.filter((document) => document.from === code);
      const received = delivered.filter((document) => recipientsOf(document).includes(code));
      return {
        organ: code,
        electronicOnly: sent.filter((document) => document.paper === 0).length,
        electronicWithPaper: sent.filter((document) => document.paper === 1).length,
        signed: sent.filter(isSigned).length,
        turnsSent: sum(sent.map(turnsOf)),
        turnsReceived: sum(received.map((document) => (document.follow?.kind === 'renumbered' ? 2 : 1))),
      };
    });
};

/** These communes do not declare. */
export const silentCommunes: readonly string[] = [4, 11, 26].map((index) => demoCommunes[index]?.code ?? '');
/** So many documents on paper only, and by another road; one organ forgets two documents, which shows as a difference. */
const paperOnly: Readonly<Record<string, number>> = { 'H99.01': 1, 'H99.04': 2, 'H99.10': 1, 'H99.29': 1, 'H99.40': 1 };
const otherElectronic: Readonly<Record<string, number>> = { 'H99.03': 2, 'H99.10': 1 };
const unexplained: Readonly<Record<string, number>> = { 'H99.08': 2 };

export const declarationsFor = (figures: readonly ExpectedFigures[]): readonly Declaration[] =>
  figures
    .filter(({ organ }) => !silentCommunes.includes(organ))
    .map(({ organ, electronicOnly, electronicWithPaper }) => {
      const paper = paperOnly[organ] ?? 0;
      const other = otherElectronic[organ] ?? 0;
      const issued = electronicOnly + electronicWithPaper + paper + other + (unexplained[organ] ?? 0);
      return { organ, issuedToAgencies: issued, paperOnly: paper, otherElectronic: other };
    });
