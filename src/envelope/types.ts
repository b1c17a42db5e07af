/**
 * What is exchanged: a document message or a status message of QCVN 102:2016/BTTTT (edXML), as plain
 * values. Wire words (OrganId, Bussiness, ResponseFor) stop at `read` and `write`.
 *
 * Text is as sent, trimmed, NFC, without zero-width characters; a blank element is `null`. Dates are
 * `yyyy-mm-dd` Vietnamese days; instants are RFC 3339 UTC.
 */
import type { Fault, Warning } from '../errors.ts';
import type { Place } from './bytes.ts';

declare const organId: unique symbol;
declare const documentId: unique symbol;
/** Code of an organ as it stands in a message or in the directory, e.g. `H21.31.21`. */
export type OrganId = string & { readonly [organId]: true };
/** The sender's own key of a document. Opaque: never parsed for logic. */
export type DocumentId = string & { readonly [documentId]: true };

/** 0 new, 1 recall (thu hồi), 2 update (cập nhật), 3 replacement (thay thế). */
export type BusinessType = 0 | 1 | 2 | 3;
export const statusCodes = ['01', '02', '03', '04', '05', '06', '13', '15', '16'] as const;
export type StatusCode = (typeof statusCodes)[number];

/** An element this version of the standard does not name, kept so that nothing is lost. */
export type UnknownElement = {
  /** Where it stood, local names: `MessageHeader/OtherInfo`. */
  readonly parent: string;
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string | null;
  readonly children: readonly UnknownElement[];
};

export type Organization = {
  readonly organId: OrganId;
  readonly inCharge: string | null;
  readonly name: string | null;
  readonly address: string | null;
  readonly email: string | null;
  readonly telephone: string | null;
  readonly fax: string | null;
  readonly website: string | null;
};

export type Staff = {
  readonly department: string | null;
  readonly departmentId: string | null;
  readonly staff: string | null;
  readonly staffId: string | null;
  readonly email: string | null;
  readonly mobile: string | null;
};

export type ResponseFor = {
  readonly organId: OrganId | null;
  /** As sent, e.g. `7816/VPCP-TTĐT`. */
  readonly code: string | null;
  readonly documentId: DocumentId | null;
  readonly promulgatedOn: string | null;
};

export type Trace = { readonly organId: string | null; readonly at: string | null };

export type Business = {
  readonly reason: string | null;
  /** The document that is recalled or updated. */
  readonly documentId: DocumentId | null;
  /** Type 2: whether the content, and whether the list of recipients, changed. */
  readonly documentInfo: boolean | null;
  readonly documentReceiver: boolean | null;
  /** `removed` = no longer a recipient (ReceiverType 0), `added` = a new one (1). */
  readonly receivers: readonly { readonly organId: OrganId; readonly change: 'removed' | 'added' }[];
  readonly replacements: readonly { readonly documentId: DocumentId; readonly organs: readonly OrganId[] }[];
  readonly staff: Staff | null;
};

/** One line of the manifest. `contentId` is without `cid:`. */
export type Reference = {
  readonly contentId: string;
  readonly contentType: string | null;
  readonly description: string | null;
  readonly name: string | null;
};

export type AttachmentKind = 'pdf' | 'ooxml' | 'ole' | 'xml' | 'zip' | 'image' | 'other';

/** A file inside the envelope, decoded and, where the rule of §1.5 says so, unwrapped from its zip. */
export type Attachment = {
  readonly contentId: string;
  readonly name: string;
  readonly description: string | null;
  readonly contentType: string | null;
  /** What the bytes are, whatever ContentType says. */
  readonly kind: AttachmentKind;
  /** Of the decoded, unwrapped bytes; lower-case hex. */
  readonly sha256: string;
  /** Bytes, decoded and unwrapped. */
  readonly size: number;
};

export type Envelope = {
  readonly kind: 'document';
  readonly type: BusinessType;
  readonly from: Organization;
  readonly to: readonly Organization[];
  readonly documentId: DocumentId;
  readonly number: string | null;
  readonly notation: string | null;
  readonly place: string | null;
  readonly promulgatedOn: string | null;
  readonly documentType: { readonly type: string | null; readonly typeDetail: string | null; readonly typeName: string | null };
  readonly subject: string | null;
  readonly content: string | null;
  readonly signer: { readonly competence: string | null; readonly position: string | null; readonly fullName: string | null };
  readonly dueOn: string | null;
  readonly toPlaces: readonly string[];
  /** As sent; outside 0–4 it is a suspected secret. Blank = 0. */
  readonly priority: number;
  readonly other: {
    readonly sphereOfPromulgation: string | null;
    readonly typerNotation: string | null;
    readonly promulgationAmount: string | null;
    readonly pageAmount: string | null;
    readonly replyFors: string | null;
    readonly referenceCodes: string | null;
    readonly direction: string | null;
    readonly appendixes: readonly string[];
  };
  readonly responseFor: readonly ResponseFor[];
  readonly taskCodes: readonly string[];
  readonly steeringType: string | null;
  readonly applicationType: string | null;
  readonly traces: readonly Trace[];
  readonly business: Business;
  /** Whether a paper copy goes as well: 0 no, 1 yes, `unclear` any other value. Blank = 0. */
  readonly paper: 0 | 1 | 'unclear';
  readonly manifest: readonly Reference[];
  readonly attachments: readonly Attachment[];
  /** Whether a ds:Signature (or the empty .NET DigitalSignature) stands in the header. */
  readonly signature: 'none' | 'present';
  readonly unknown: readonly UnknownElement[];
};

export type Status = {
  readonly kind: 'status';
  readonly from: Organization;
  readonly responseFor: ResponseFor & { readonly organId: OrganId };
  readonly staff: Staff | null;
  readonly statusCode: StatusCode;
  readonly description: string | null;
  /** As sent (`yyyy/MM/dd HH:mm:ss`), for telling repeats; `reportedAt` is the same as an instant. */
  readonly timestamp: string | null;
  readonly reportedAt: string | null;
  readonly unknown: readonly UnknownElement[];
};

export type Message = Envelope | Status;

/** Strict for members; lenient, with warnings, for upper and neighbouring hubs (contract §5). */
export type Profile = 'member' | 'hub';

/** A decoded attachment with its bytes, for the verifiers: same order as `Envelope.attachments`. */
export type DecodedFile = Attachment & { readonly place: Place };

/** What reading answers. `message` is null only when nothing useful could be read. */
export type Reading = {
  readonly message: Message | null;
  /** Of contract §4; null for statuses and for what could not be read. Lower-case hex SHA-256. */
  readonly contentDigest: string | null;
  /** In the spec's order, at most 100. */
  readonly faults: readonly Fault[];
  readonly warnings: readonly Warning[];
  readonly files: readonly DecodedFile[];
  /** Base64 of the header signature's X509Certificate, '' where it has none, null where there is no signature. */
  readonly signatureCertificate: string | null;
};
