/** XML attachments that are made to cost: depth, width, names, and signatures that ask for endless work. */
const ds = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const digest = `<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>${Buffer.alloc(32).toString('base64')}</DigestValue>`;
const enveloped = `<Transform Algorithm="${ds}enveloped-signature"/>`;
const value = `<SignatureValue>${Buffer.alloc(256).toString('base64')}</SignatureValue>`;

const signature = (references: string, c14n = exclusive): string =>
  `<Signature xmlns="${ds}"><SignedInfo><CanonicalizationMethod Algorithm="${c14n}"/>` +
  `<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>${references}</SignedInfo>${value}</Signature>`;
const reference = (transforms: string): string => `<Reference URI=""><Transforms>${transforms}</Transforms>${digest}</Reference>`;
const usual = signature(reference(`${enveloped}<Transform Algorithm="${exclusive}"/>`));
const inRoot = (content: string, end = usual): string => `<?xml version="1.0"?><a>${content}${end}</a>`;
const many = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, index) => make(index)).join('');

export const hostileXml: Readonly<Record<string, () => string>> = {
  'a million elements inside each other': () => inRoot(`${'<b>'.repeat(1_000_000)}${'</b>'.repeat(1_000_000)}`),
  'a million elements beside each other': () => inRoot('<b/>'.repeat(1_000_000)),
  'a hundred thousand attributes': () => inRoot(`<b ${many(100_000, (index) => ` a${index}="1"`)}/>`),
  'a thousand namespaces in each of two hundred elements': () =>
    inRoot(
      `${many(200, (depth) => `<b ${many(1_000, (index) => `xmlns:n${depth}x${index}="u:${index}" `)}>`)}${'</b>'.repeat(200)}`,
      signature(reference(`${enveloped}<Transform Algorithm="${inclusive}"/>`), inclusive),
    ),
  'entities that grow a thousandfold': () =>
    `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x0 "ha">${many(30, (index) => `<!ENTITY x${index + 1} "&x${index};&x${index};">`)}]><a>&x30;${usual}</a>`,
  'ten thousand transforms': () => inRoot('', signature(reference(`<Transform Algorithm="${exclusive}"/>`.repeat(10_000)))),
  'ten thousand references': () => inRoot('x'.repeat(1_000_000), signature(reference(enveloped).repeat(10_000))),
  'ten thousand signatures': () => inRoot(usual.repeat(10_000)),
  'thirty megabytes of text': () => inRoot('văn bản '.repeat(3_000_000)),
  'a signature value of twenty megabytes': () =>
    inRoot('', usual.replace(value, `<SignatureValue>${'A'.repeat(20_000_000)}</SignatureValue>`)),
  'ten thousand certificates': () =>
    inRoot(
      '',
      usual.replace(
        '</Signature>',
        `<KeyInfo><X509Data>${'<X509Certificate>MIIB</X509Certificate>'.repeat(10_000)}</X509Data></KeyInfo></Signature>`,
      ),
    ),
  'one comment of twenty megabytes': () => inRoot(`<!--${'x'.repeat(20_000_000)}-->`),
  'half a million processing instructions': () => inRoot('<?x y?>'.repeat(500_000)),
};
