/** Roots that are not edXML, with a word on the ones that are met (domain §1.1). */
import { type Fault, fault } from '../../errors.ts';
import { qcvn } from './fields.ts';
import type { Element } from './tree.ts';

const known: Readonly<Record<string, { readonly vi: string; readonly en: string }>> = {
  'http://www.e-doc.vn/Schema/': { vi: 'dạng gói SOAP của trục cũ', en: 'the wrapper of an older SOAP hub' },
  'http://www.go.vn/eDoc': { vi: 'không gian tên một phần mềm từng dùng nhầm', en: 'a wrong guess of one client' },
  'http://schemas.xmlsoap.org/soap/envelope/': { vi: 'gói SOAP', en: 'a SOAP envelope' },
  'http://www.w3.org/2003/05/soap-envelope': { vi: 'gói SOAP', en: 'a SOAP envelope' },
};

export const namespaceFault = (root: Element): Fault => {
  const at = root.name.slice(0, 100);
  if (root.namespace === qcvn) {
    return fault('envelope.namespace', at, {
      vi: `Phần tử gốc là ${at}, phải là edXML`,
      en: `The root element is ${at}, it must be edXML`,
    });
  }
  const shown = root.namespace === '' ? '(trống)' : root.namespace.slice(0, 200);
  const word = known[root.namespace];
  return fault('envelope.namespace', at, {
    vi: `Không gian tên XML là ${shown}${word === undefined ? '' : ` (${word.vi})`}, phải là ${qcvn}`,
    en: `The namespace is ${root.namespace === '' ? '(none)' : shown}${word === undefined ? '' : ` (${word.en})`}, it must be ${qcvn}`,
  });
};
