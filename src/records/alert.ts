/** Something a person should look at. Similar ones join under one key until it is settled (contract §5). */
export const alertKinds = [
  'signature.unsigned',
  'signature.invalid',
  'signature.untrusted',
  'signature.expired',
  'signature.undetermined',
  'signature.unreadable',
  'signature.envelope',
  'signer.other-organ',
  'signer.agency-missing',
  'signer.person-missing',
  'signer.order',
  'signer.annex',
  'document.suspected-duplicate',
  'document.secret-refused',
  'document.secret-suspected',
  'delivery.parked',
] as const;
export type AlertKind = (typeof alertKinds)[number];
export type Severity = 'low' | 'high' | 'critical';
export type AlertState = 'open' | 'acknowledged' | 'settled';

export type Alert = {
  readonly alertId: string;
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly version: number;
  /** The From organ. */
  readonly organ: string | null;
  /** The latest record that joined. */
  readonly recordId: string;
  readonly count: number;
  readonly vi: string;
  readonly en: string;
  readonly raisedAt: string;
  readonly lastAt: string;
};

export type AlertRecord = { readonly recordId: string; readonly reason: string | null; readonly at: string };
