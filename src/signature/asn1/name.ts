/**
 * Distinguished names: for people (Vietnamese text whatever string type carries it) and for comparing
 * (RFC 5280 7.1: string types, case and runs of spaces do not matter).
 */
import { shownText } from '../../envelope/text.ts';
import { childrenOf, DerError, oidOf, sequenceOf, type Tlv, textOf } from './der.ts';

export type Name = {
  /** `CN=…, OU=…, O=…, C=VN`, the most specific first. */
  readonly text: string;
  /** Equal for names that RFC 5280 calls equal. */
  readonly key: string;
  readonly commonName: string | null;
  readonly organisation: string | null;
  readonly hasEmail: boolean;
};

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'givenName',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'E',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/** X.520 lets none of these be longer than 64 to 1,024 characters; all that is done with a name is done with every one of them. */
const MAX_VALUE = 16 * 1024;

/** Without what shows nothing: RFC 4518 2.2 maps it to nothing for comparing too. */
const printable = (value: Tlv): string => {
  if (value.content.length > MAX_VALUE) throw new DerError('a name without end');
  return shownText(textOf(value));
};

export const nameOf = (element: Tlv | undefined): Name => {
  const parts = sequenceOf(element).map((set) =>
    childrenOf(set).map((attribute) => {
      const [type, value] = sequenceOf(attribute);
      const oid = oidOf(type);
      return { name: shortNames[oid] ?? oid, value: value === undefined ? '' : printable(value).normalize('NFC') };
    }),
  );
  const flat = parts.flat();
  const last = (name: string) => flat.findLast((part) => part.name === name)?.value.trim() || null;
  const folded = (value: string) => value.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
  return {
    text: flat
      .toReversed()
      .map((part) => `${part.name}=${part.value}`)
      .join(', '),
    key: JSON.stringify(parts.map((set) => set.map((part) => `${part.name}=${folded(part.value)}`).sort())),
    commonName: last('CN'),
    organisation: last('O'),
    hasEmail: flat.some((part) => part.name === 'E'),
  };
};
