"""The baseline levels of PAdES (ETSI EN 319 142-1), the algorithms, and the states a certificate can be in."""
from datetime import timedelta

import pages
from catalogue import file
from pki import SIGNED
from signing import CLASSIC, sign, stamp_time

LATER = SIGNED + timedelta(hours=20)


def _level(pki, who='agency', level='B-B', **settings):
    """One signature of a level; what B-LT embeds are CRLs for the CAs and an OCSP answer for the signer."""
    context = pki.context(SIGNED, answers=[who]) if level in ('B-LT', 'B-LTA') else None
    stamper = None if level == 'B-B' else pki.stamper()
    return sign(pages.page(), pki.signer(who), stamper=stamper, context=context, archive=level == 'B-LTA', **settings)


for _name in ('B-B', 'B-T', 'B-LT', 'B-LTA'):
    file(f'pades-{_name.lower()}', 'valid', f'PAdES {_name} of an agency')(lambda pki, level=_name: _level(pki, level=level))
    file(f'pades-person-{_name.lower()}', 'valid', f'PAdES {_name} of a person')(
        lambda pki, level=_name: _level(pki, 'person', level)
    )

file('classic', 'valid', 'adbe.pkcs7.detached without timestamp')(lambda pki: _level(pki, subfilter=CLASSIC))
file('classic-timestamp', 'valid', 'adbe.pkcs7.detached with a signature timestamp')(
    lambda pki: _level(pki, level='B-T', subfilter=CLASSIC)
)
file('renewed-archive', 'valid', 'B-LTA whose archive is renewed by a second document timestamp')(
    lambda pki: stamp_time(_level(pki, level='B-LTA'), pki.stamper(at=LATER), pki.context(LATER, answers=['agency']), field='LuuTru2')
)

for _who in ('p256', 'p384', 'p521', 'ed25519'):
    _digest = {'p256': 'sha256', 'p384': 'sha384'}.get(_who, 'sha512')
    file(f'algorithm-{_who}', 'valid', f'{_who} with {_digest}')(
        lambda pki, who=_who, digest=_digest: _level(pki, who, 'B-T', md_algorithm=digest)
    )
for _digest in ('sha256', 'sha384', 'sha512'):
    file(f'algorithm-pss-{_digest}', 'valid', f'RSASSA-PSS with {_digest}')(
        lambda pki, digest=_digest: sign(pages.page(), pki.signer('agency', pss=True), md_algorithm=digest)
    )
    file(f'algorithm-rsa-{_digest}', 'valid', f'RSA PKCS#1 v1.5 with {_digest}')(
        lambda pki, digest=_digest: _level(pki, md_algorithm=digest)
    )
file('algorithm-sha1', 'undetermined/weak-algorithm', 'SHA-1 in 2026')(
    lambda pki: _level(pki, md_algorithm='sha1', subfilter=CLASSIC)
)
file('algorithm-rsa-1024', 'undetermined/weak-algorithm', 'an RSA key of 1024 bits in 2026')(lambda pki: _level(pki, 'short'))

file('leaf-only', 'valid', 'the CMS holds the signer certificate alone; those above come from the hub')(
    lambda pki: sign(pages.page(), pki.signer('agency', chain=()))
)
file('revoked', 'invalid/revoked', 'revoked before it was signed')(lambda pki: _level(pki, 'revoked'))
file('revoked-timestamp', 'invalid/revoked', 'revoked before it was signed, timestamp and all')(
    lambda pki: _level(pki, 'revoked', 'B-T')
)
file('held', 'invalid/revoked', 'suspended (certificateHold) when it was signed')(lambda pki: _level(pki, 'held'))
file('revoked-later', 'invalid/revoked', 'revoked between its claimed time and the acceptance; nothing proves it was earlier')(
    lambda pki: _level(pki, 'revoked-later')
)
file('revoked-later-timestamp', 'valid', 'revoked after a trusted signature timestamp')(
    lambda pki: _level(pki, 'revoked-later', 'B-T')
)
file('revoked-later-long-term', 'valid', 'revoked after a trusted timestamp, with the revocation data of that time')(
    lambda pki: _level(pki, 'revoked-later', 'B-LTA')
)
file('expired', 'undetermined/expired', 'expired before it was signed')(lambda pki: _level(pki, 'expired'))
file('expired-timestamp', 'undetermined/expired', 'expired before it was signed, timestamp and all')(
    lambda pki: _level(pki, 'expired', 'B-T')
)
file('expiring', 'undetermined/expired', 'expired between its claimed time and the acceptance; nothing proves it was earlier')(
    lambda pki: _level(pki, 'expiring')
)
file('expiring-timestamp', 'valid', 'expired after a trusted signature timestamp')(lambda pki: _level(pki, 'expiring', 'B-T'))
file('expiring-long-term', 'valid', 'expired after a trusted timestamp, with the revocation data of that time')(
    lambda pki: _level(pki, 'expiring', 'B-LTA')
)
file('future', 'undetermined/not-yet-valid', 'the certificate is valid from next year')(lambda pki: _level(pki, 'future'))
file('encipherment', 'invalid/certificate-misuse', 'a certificate whose key usage is keyEncipherment alone')(
    lambda pki: sign(pages.page(), pki.signer('encipher'), signer_key_usage=set())
)
file('rogue', 'undetermined/untrusted', 'another root with the same names')(lambda pki: _level(pki, 'rogue'))
file('self-signed', 'undetermined/untrusted', 'the rogue root signs itself')(
    lambda pki: sign(pages.page(), pki.signer('rogue-root', chain=()))
)

file('timestamp-no-purpose', 'valid', 'a timestamp by a certificate without timeStamping: proves no time, breaks nothing')(
    lambda pki: sign(pages.page(), pki.signer('agency'), stamper=pki.stamper('no-purpose'))
)
file('timestamp-rogue', 'valid', 'a timestamp by a rogue authority: proves no time, breaks nothing')(
    lambda pki: sign(pages.page(), pki.signer('agency'), stamper=pki.stamper('rogue'))
)
file('expiring-timestamp-rogue', 'undetermined/expired', 'expired since; only a rogue timestamp says it was signed before')(
    lambda pki: sign(pages.page(), pki.signer('expiring'), stamper=pki.stamper('rogue'))
)
file('revoked-timestamp-early-rogue', 'invalid/revoked', 'revoked; a rogue timestamp puts it before the revocation')(
    lambda pki: sign(pages.page(), pki.signer('revoked'), stamper=pki.stamper('rogue', at=SIGNED - timedelta(days=60)))
)
file('only-timestamp', 'unsigned/no-signature', 'a document timestamp and no signature')(
    lambda pki: stamp_time(pages.page(), pki.stamper())
)
file('document-timestamp-rogue', 'valid', 'a sound signature and a document timestamp of a rogue authority')(
    lambda pki: stamp_time(_level(pki), pki.stamper('rogue'))
)
