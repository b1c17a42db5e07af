/** Small signed files of several shapes. */
import { catalogBody, type Pdf, revisePdf } from '../../../src/demo/pdf.ts';
import { form, signAs } from '../attacks/makers.ts';
import type { Kit } from '../kit.ts';

export const shapesOf = (kit: Kit): readonly (readonly [name: string, file: Pdf])[] => {
  const once = signAs(kit.letter(), { party: kit.agency });
  const seen = signAs(kit.letter(), { party: kit.person, rect: '50 50 250 110', appearance: form('BT /F1 9 Tf (A) Tj ET') });
  const certified = signAs(kit.letter(), {
    party: kit.agency,
    dict: '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P 2 >> >>]',
    catalog: (signature) => `/Perms << /DocMDP ${signature} 0 R >>`,
  });
  const dss = catalogBody(once.fields).replace('/Lang', '/DSS << /Certs [] >> /Lang');
  return [
    ['one signature', once],
    ['a visible one, then a second', signAs(seen, { party: kit.agency, rect: '40 50 90 110', appearance: form('0 0 m 9 9 l S') })],
    ['certified', certified],
    ['a signature, then validation data', revisePdf(once, [{ number: 1, body: dss }]).pdf],
  ];
};
