"""DocMDP 1-3 and FieldMDP (ISO 32000-2, 12.8.2.2 and 12.8.2.4), each with changes it allows and changes it does not."""
import pages
from catalogue import file
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec
from signing import prepared, sign, stamp_time

_levels = {1: MDPPerm.NO_CHANGES, 2: MDPPerm.FILL_FORMS, 3: MDPPerm.ANNOTATE}


def _certified(pki, level, pdf=None):
    return sign(pdf or pages.form(), pki.signer('agency'), certify=True, docmdp_permissions=_levels[level])


def _fill(pdf):
    return pages.filled(pdf, YKien='Dong y')


def _countersigned(pki, pdf):
    return sign(pdf, pki.signer('person'), field='ChuKy2', lawful=False)


_changes = {
    'nothing': (lambda pki, pdf: pdf, 1),
    'long-term': (lambda pki, pdf: stamp_time(pdf, pki.stamper()), 1),
    'filled': (lambda pki, pdf: _fill(pdf), 2),
    'ticked': (lambda pki, pdf: pages.filled(pdf, DongY='Yes'), 2),
    'signed': (_countersigned, 2),
    'annotated': (lambda pki, pdf: pages.annotated(pdf), 3),
    'stamped-over': (lambda pki, pdf: pages.annotated(pdf, '/Stamp', (60, 700, 400, 740)), 3),
    'rewritten': (lambda pki, pdf: pages.rewritten(pdf, 'Noi dung khac'), 9),
    'lengthened': (lambda pki, pdf: pages.lengthened(pdf), 9),
}
for _level in _levels:
    for _what, (_change, _allowed_from) in _changes.items():
        _truth = 'valid' if _level >= _allowed_from else 'invalid/changed-after-signing'
        file(f'docmdp-{_level}-{_what}', _truth, f'certified with P {_level}, then {_what}')(
            lambda pki, level=_level, change=_change: change(pki, _certified(pki, level))
        )

# Without DocMDP the contract (§3) calls form filling and annotations visible.
file('plain-filled', 'invalid/changed-after-signing', 'signed without DocMDP, then a field filled')(
    lambda pki: _fill(sign(pages.form(), pki.signer('agency')))
)
file('plain-annotated', 'invalid/changed-after-signing', 'signed without DocMDP, then annotated')(
    lambda pki: pages.annotated(sign(pages.page(), pki.signer('agency')))
)
file('plain-described', 'valid', 'signed, then another title in the document information, which no page shows')(
    lambda pki: pages.described(sign(pages.page(), pki.signer('agency')), 'Khac')
)
file('filled-then-signed', 'valid', 'filled in before it was signed')(lambda pki: sign(_fill(pages.form()), pki.signer('agency')))

_locks = {
    'all': FieldMDPSpec(FieldMDPAction.ALL),
    'include': FieldMDPSpec(FieldMDPAction.INCLUDE, ['YKien']),
    'exclude': FieldMDPSpec(FieldMDPAction.EXCLUDE, ['YKien']),
}


def _locked(pki, lock, **certify):
    field = SigFieldSpec('ChuKy', field_mdp_spec=_locks[lock])
    return sign(prepared(pages.form(), field), pki.signer('agency'), existing=True, **certify)


_certify = {'certify': True, 'docmdp_permissions': MDPPerm.FILL_FORMS}
for _lock, _field, _free in (
    ('all', 'YKien', False),
    ('include', 'YKien', False),
    ('include', 'NguoiSoan', True),
    ('exclude', 'YKien', True),
    ('exclude', 'NguoiSoan', False),
):
    _truth = 'valid' if _free else 'invalid/changed-after-signing'
    file(f'fieldmdp-{_lock}-{_field.lower()}', _truth, f'FieldMDP {_lock} under DocMDP 2, then {_field} filled')(
        lambda pki, lock=_lock, field=_field: pages.filled(_locked(pki, lock, **_certify), **{field: 'Dong y'})
    )
    file(f'fieldmdp-alone-{_lock}-{_field.lower()}', _truth, f'FieldMDP {_lock} without DocMDP, then {_field} filled')(
        lambda pki, lock=_lock, field=_field: pages.filled(_locked(pki, lock), **{field: 'Dong y'})
    )
for _lock in _locks:
    file(f'fieldmdp-{_lock}-untouched', 'valid', f'FieldMDP {_lock}, nothing after it')(lambda pki, lock=_lock: _locked(pki, lock))
    # All fields, or all but some: one that comes later is among them, a further signature's too.
    _truth = 'valid' if _lock == 'include' else 'invalid/changed-after-signing'
    file(f'fieldmdp-{_lock}-signed', _truth, f'FieldMDP {_lock}, then a second signature')(
        lambda pki, lock=_lock: _countersigned(pki, _locked(pki, lock))
    )
