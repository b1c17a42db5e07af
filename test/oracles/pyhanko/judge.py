"""judge.py FOLDER…: what pyHanko says of every PDF of the folders, as one JSON object by file name.

Each folder holds `anchors`, `chain` and `crls` (DER, all optional) and files.json with `judgedAt`. Nothing is fetched.
"""
import asyncio
import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from asn1crypto import crl, x509
from freezegun import freeze_time
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_basic_validation, ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer


class Bench:
    """What the judge may know: anchors, further certificates, CRLs, and the moment."""

    def __init__(self, folder, at):
        def read(name, kind):
            return [kind.load(path.read_bytes()) for path in sorted((folder / name).glob('*'))] if (folder / name).is_dir() else []

        self.at = at
        self.roots, self.chain = read('anchors', x509.Certificate), read('chain', x509.Certificate)
        self.crls = read('crls', crl.CertificateList)

    def context(self):
        known = {'trust_roots': self.roots, 'other_certs': self.chain, 'crls': self.crls}
        return ValidationContext(**known, moment=self.at, revocation_mode='require', allow_fetching=False)

    def specification(self):
        policy = CertValidationPolicySpec(SimpleTrustManager.build(self.roots), CertRevTrustPolicy(REQUIRE_REVINFO))
        return PdfSignatureValidationSpec(
            SignatureValidationSpec(
                policy,
                RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
                local_knowledge=LocalKnowledge(known_crls=[CRLContainer(one) for one in self.crls], known_certs=self.chain),
            )
        )


def _described(error):
    return f'{type(error).__name__}: {error}'[:200]


async def _signature(embedded, bench):
    status = await async_validate_pdf_signature(embedded, bench.context())
    found = {
        'accepted': status.bottom_line,
        'intact': status.intact,
        'valid': status.valid,
        'trusted': status.trusted,
        'revoked': status.revoked,
        'coverage': status.coverage.name,
        'changes': status.modification_level and status.modification_level.name,
        'suspicion': _described(status.diff_result) if isinstance(status.diff_result, Exception) else None,
        'permitted': status.docmdp_ok,
        'stamped': status.timestamp_validity and status.timestamp_validity.valid and status.timestamp_validity.trusted,
    }
    try:
        found['indication'] = await _indication(embedded, bench, status.timestamp_validity is not None)
        # The simple answer knows no past: with a trusted timestamp that of ETSI EN 319 102-1 can make up for it.
        if found['stamped'] and found['indication'] == 'PASSED/OK':
            found['accepted'] = status.intact and status.valid and status.docmdp_ok and status.seed_value_ok
    except Exception as error:
        found['indication'] = _described(error)
    return found


async def _indication(embedded, bench, is_stamped):
    """The words of ETSI EN 319 102-1; its process for archives wants a signature timestamp (pyHanko says so), so without one 5.3."""
    moment = ValidationTimingInfo(bench.at, bench.at, point_in_time_validation=True)
    if is_stamped:
        found = await ades_lta_validation(embedded, bench.specification(), moment)
    else:
        specification = bench.specification().signature_validation_spec
        found = await ades_basic_validation(embedded.signed_data, specification, moment, raw_digest=embedded.compute_digest())
    return f'{found.ades_subindic.status.name}/{found.ades_subindic.standard_name}'


async def _timestamp(embedded, bench):
    status = await async_validate_pdf_timestamp(embedded, bench.context())
    good = status.intact and status.valid and status.trusted
    return {'accepted': good, 'intact': status.intact, 'valid': status.valid, 'trusted': status.trusted, 'coverage': status.coverage.name}


async def _each(embedded, bench):
    is_timestamp = embedded.sig_object.get('/Type') == '/DocTimeStamp'
    head = {'field': embedded.field_name, 'kind': 'timestamp' if is_timestamp else 'signature'}
    try:
        return {**head, **await (_timestamp if is_timestamp else _signature)(embedded, bench)}
    except Exception as error:
        return {**head, 'accepted': False, 'error': _described(error)}


async def _file(path, bench):
    refusals = []
    # First as strictly as pyHanko reads by itself; a refusal of syntax is noted, and the file read leniently.
    for strict in (True, False):
        try:
            with path.open('rb') as stream:
                reader = PdfFileReader(stream, strict=strict)
                if reader.encrypted:
                    reader.decrypt('')
                found = [await _each(one, bench) for one in reader.embedded_signatures]
                return {'signatures': found, **({'refused': refusals[0]} if refusals else {})}
        except Exception as error:
            refusals.append(_described(error))
    return {'signatures': [], 'refused': refusals[0], 'unreadable': refusals[1]}


def main(folders):
    logging.disable(logging.CRITICAL)
    said = {}
    for folder in folders:
        at = datetime.fromisoformat(json.loads((folder / 'files.json').read_text('utf-8'))['judgedAt'].replace('Z', '+00:00'))
        bench = Bench(folder, at)
        with freeze_time(at):
            said |= {path.stem: asyncio.run(_file(path, bench)) for path in sorted(folder.glob('*.pdf'))}
    json.dump(said, sys.stdout, ensure_ascii=False, default=str)


if __name__ == '__main__':
    main([Path(word) for word in sys.argv[1:]])
