"""make.py FOLDER: writes every file of the makers, the anchor, the intermediate, the CRLs, and files.json with what each is."""
import json
import sys
from pathlib import Path

from freezegun import freeze_time
from pki import JUDGED, SIGNED, Pki

# Importing them puts their files on the list.
import forged, levels, permissions, structures  # noqa: E401, F401
from catalogue import makers


def main(folder):
    for name in ('anchors', 'crls', 'chain'):
        (folder / name).mkdir(parents=True, exist_ok=True)
    pki = Pki()
    (folder / 'anchors' / 'root.cer').write_bytes(pki.certificate('root').dump())
    (folder / 'chain' / 'state.cer').write_bytes(pki.certificate('state').dump())
    # The CRLs that a hub would hold when the files come in, and those of the day they were signed.
    for name in ('root', 'state'):
        (folder / 'crls' / f'{name}.crl').write_bytes(pki.crl(name, JUDGED).dump())
        (folder / 'crls' / f'{name}-signed.crl').write_bytes(pki.crl(name, SIGNED).dump())
    listed = []
    with freeze_time(SIGNED):
        for one in makers:
            (folder / f'{one.name}.pdf').write_bytes(one.make(pki))
            listed.append({'name': one.name, 'truth': one.truth, 'about': one.about})
    listing = {'signedAt': SIGNED.isoformat(), 'judgedAt': JUDGED.isoformat(), 'files': listed}
    (folder / 'files.json').write_text(json.dumps(listing, ensure_ascii=False, indent=1), 'utf-8')


if __name__ == '__main__':
    main(Path(sys.argv[1]))
