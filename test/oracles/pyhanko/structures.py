"""Several signers, and the forms a file can have: encrypted, hybrid, object streams, visible stamps, prepared fields."""
import pages
from catalogue import file
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    SigSeedValFlags,
    SigSeedValueSpec,
)
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp import TextStampStyle
from signing import prepared, sign, stamp_time
from pki import SIGNED

_style = TextStampStyle(stamp_text='%(signer)s\n%(ts)s')
# White paint under the words: nothing shines through.
_opaque = TextStampStyle(
    stamp_text='%(signer)s\n%(ts)s',
    background=RawContent(b'1 g 0 0 600 200 re f', box=BoxConstraints(width=600, height=200)),
    background_opacity=1,
)


def _both(pki, first='person', second='agency', pdf=None, **settings):
    once = sign(pdf or pages.page(), pki.signer(first), field='CaNhan', **settings)
    return sign(once, pki.signer(second), field='CoQuan', **settings)


file('person-then-agency', 'valid', 'a person, then the agency')(_both)
file('agency-then-person', 'valid', 'the agency, then a person')(lambda pki: _both(pki, 'agency', 'person'))
file('three-signers', 'valid', 'two persons and the agency')(
    lambda pki: sign(_both(pki, 'p256', 'person'), pki.signer('agency'), field='Dau')
)
file('two-signers-timestamps', 'valid', 'both with signature timestamps')(lambda pki: _both(pki, stamper=pki.stamper()))
file('second-revoked', 'invalid/revoked', 'the second of two signers was revoked')(lambda pki: _both(pki, 'person', 'revoked'))
file('first-rogue', 'undetermined/untrusted', 'the first of two signers leads to a rogue root')(lambda pki: _both(pki, 'rogue', 'agency'))
file('first-revoked', 'invalid/revoked', 'the first of two signers was revoked')(lambda pki: _both(pki, 'revoked', 'agency'))
file('prepared-fields', 'valid', 'both fields prepared before the first signature')(
    lambda pki: _both(
        pki, pdf=prepared(pages.page(), SigFieldSpec('CaNhan', box=(300, 80, 500, 140)), SigFieldSpec('CoQuan', box=(60, 80, 260, 140)))
    )
)
file('prepared-unsigned', 'unsigned/no-signature', 'a signature field that nobody signed')(
    lambda pki: prepared(pages.page(), SigFieldSpec('CoQuan', box=(60, 80, 260, 140)))
)
file('two-signers-long-term', 'valid', 'person, then agency, each with its validation data')(
    lambda pki: sign(
        sign(pages.page(), pki.signer('person'), field='CaNhan', stamper=pki.stamper(), context=pki.context(SIGNED, ['person'])),
        pki.signer('agency'),
        field='CoQuan',
        stamper=pki.stamper(),
        context=pki.context(SIGNED, ['agency']),
    )
)


def _visible(pki, box=(60, 80, 260, 140), pdf=None, **settings):
    return sign(pdf or pages.page(), pki.signer('agency'), box=box, style=_style, **settings)


file('visible', 'valid', 'a visible stamp with the name and the time')(_visible)
file('visible-both', 'valid', 'two visible stamps beside each other')(
    lambda pki: sign(_visible(pki), pki.signer('person'), field='ChuKy2', box=(300, 80, 500, 140), style=_style)
)
file('visible-in-form', 'valid', 'a visible stamp on a form')(lambda pki: _visible(pki, pdf=pages.form()))
# ISO 32000-2 lets a later signature show what it likes; what lies under it is hidden from the reader.
file('visible-over-text', 'invalid/changed-after-signing', 'the opaque image of a second signature lies over the text')(
    lambda pki: sign(sign(pages.page(), pki.signer('person')), pki.signer('agency'), field='ChuKy2', box=(60, 600, 540, 760), style=_opaque)
)
file('visible-touching', 'valid', 'the transparent image of a second signature lies over the text, which stays readable')(
    lambda pki: sign(sign(pages.page(), pki.signer('person')), pki.signer('agency'), field='ChuKy2', box=(60, 700, 300, 760), style=_style)
)
file('visible-over-stamp', 'invalid/changed-after-signing', 'the opaque image of a second signature covers that of the first')(
    lambda pki: sign(_visible(pki), pki.signer('person'), field='ChuKy2', box=(50, 70, 270, 150), style=_opaque)
)
file('visible-on-stamp', 'valid', 'the transparent image of a second signature lies over that of the first, which shines through')(
    lambda pki: sign(_visible(pki), pki.signer('person'), field='ChuKy2', box=(50, 70, 270, 150), style=_style)
)

for _kind in ('aes-256', 'aes-128'):
    file(f'encrypted-{_kind}', 'unreadable/encrypted', f'encrypted ({_kind}, opens without password), then signed')(
        lambda pki, kind=_kind: sign(pages.encrypted(kind), pki.signer('agency'), password='')
    )
file('encrypted-changed', 'unreadable/encrypted', 'encrypted, signed, then another text on the page')(
    lambda pki: pages.rewritten(sign(pages.encrypted('aes-256'), pki.signer('agency'), password=''), 'Khac', password='')
)
file('hybrid', 'valid', 'a hybrid-reference file, signed')(lambda pki: sign(pages.hybrid(), pki.signer('agency')))
file('hybrid-timestamp', 'valid', 'a hybrid-reference file, signed and timestamped')(
    lambda pki: stamp_time(sign(pages.hybrid(), pki.signer('agency')), pki.stamper())
)
file('hybrid-changed', 'invalid/changed-after-signing', 'a hybrid-reference file, signed, then another text')(
    lambda pki: pages.rewritten(sign(pages.hybrid(), pki.signer('agency')), 'Khac')
)
file('object-streams', 'valid', 'objects in object streams under cross-reference streams, signed')(
    lambda pki: sign(pages.object_streams(), pki.signer('agency'))
)
file('object-streams-both', 'valid', 'the same with two signers')(lambda pki: _both(pki, pdf=pages.object_streams()))
file('object-streams-changed', 'invalid/changed-after-signing', 'the same, then another text')(
    lambda pki: pages.rewritten(sign(pages.object_streams(), pki.signer('agency')), 'Khac')
)

_wishes = SigSeedValueSpec(
    flags=SigSeedValFlags.SUBFILTER | SigSeedValFlags.DIGEST_METHOD | SigSeedValFlags.REASONS,
    subfilters=[SigSeedSubFilter.PADES],
    digest_methods=['sha256', 'sha512'],
    reasons=['Phê duyệt'],
)
file('seed-values', 'valid', 'a field with seed values, signed as they say')(
    lambda pki: sign(
        prepared(pages.page(), SigFieldSpec('ChuKy', seed_value_dict=_wishes)),
        pki.signer('agency'),
        reason='Phê duyệt',
        existing=True,
    )
)
file('locking-second', 'valid', 'DocMDP 2 by the first; the second signs its prepared field and locks all')(
    lambda pki: sign(
        sign(
            prepared(pages.form(), SigFieldSpec('CoQuan', field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL))),
            pki.signer('person'),
            field='CaNhan',
            certify=True,
            docmdp_permissions=MDPPerm.FILL_FORMS,
        ),
        pki.signer('agency'),
        field='CoQuan',
        existing=True,
    )
)
