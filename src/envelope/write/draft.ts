/** What the writers take: a message with whatever its author knows; the rest is left out. */
import type { RandomAccess } from '../bytes.ts';
import type { Business, Envelope, Organization, Staff, Status } from '../types.ts';

export type OrganizationDraft = { readonly organId: string } & Partial<Omit<Organization, 'organId'>>;

export type ResponseDraft = {
  readonly organId?: string | null;
  readonly code?: string | null;
  readonly documentId?: string | null;
  readonly promulgatedOn?: string | null;
};

type Plain = Pick<
  Envelope,
  | 'type'
  | 'number'
  | 'notation'
  | 'place'
  | 'promulgatedOn'
  | 'subject'
  | 'content'
  | 'dueOn'
  | 'toPlaces'
  | 'priority'
  | 'taskCodes'
  | 'steeringType'
  | 'applicationType'
  | 'traces'
  | 'paper'
  | 'unknown'
>;

/** An `Envelope` that was read is a draft too; its manifest and attachments are written anew from the files given. */
export type EnvelopeDraft = Partial<Plain> & {
  readonly from: OrganizationDraft;
  readonly to: readonly OrganizationDraft[];
  readonly documentId: string;
  readonly documentType?: Partial<Envelope['documentType']>;
  readonly signer?: Partial<Envelope['signer']>;
  readonly other?: Partial<Envelope['other']>;
  readonly responseFor?: readonly ResponseDraft[];
  readonly business?: Partial<Omit<Business, 'documentId' | 'staff' | 'receivers' | 'replacements'>> & {
    readonly documentId?: string | null;
    readonly staff?: Partial<Staff> | null;
    readonly receivers?: readonly { readonly organId: string; readonly change: 'removed' | 'added' }[];
    readonly replacements?: readonly { readonly documentId: string; readonly organs: readonly string[] }[];
  };
};

/** A file to go along. `contentId` without `cid:`, made up when absent; `contentType` by the name when absent. */
export type AttachmentDraft = {
  readonly name: string;
  readonly content: Uint8Array | RandomAccess;
  readonly contentId?: string;
  readonly contentType?: string | null;
  readonly description?: string | null;
};

/** Without `timestamp` (wire form) `reportedAt` (an instant) is written. */
export type StatusDraft = {
  readonly from: OrganizationDraft;
  readonly responseFor: ResponseDraft & { readonly organId: string };
  readonly staff?: Partial<Staff> | null;
  readonly statusCode: Status['statusCode'];
  readonly description?: string | null;
  readonly timestamp?: string | null;
  readonly reportedAt?: string | null;
  readonly unknown?: Status['unknown'];
};
