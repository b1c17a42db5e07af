"""How the makers sign: pyHanko's signer with the settings that differ from file to file."""
from io import BytesIO

from pki import SIGNED
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper

PADES, CLASSIC = SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED


class _Defiant(PdfSigner):
    """Signs even where an earlier DocMDP forbids it."""

    def _enforce_certification_constraints(self, reader):
        pass


def sign(pdf, signer, *, field='ChuKy', stamper=None, context=None, archive=False, password=None, box=None, style=None, lawful=True, existing=False, **settings):
    """One more signature, in an incremental update. `context` = what is to be embedded for long-term validation."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if password is not None:
        out.encrypt(password)
    metadata = PdfSignatureMetadata(
        field_name=field,
        subfilter=settings.pop('subfilter', PADES),
        md_algorithm=settings.pop('md_algorithm', 'sha256'),
        embed_validation_info=context is not None,
        validation_context=context,
        use_pades_lta=archive,
        timestamp_field_name='LuuTru' if archive else None,
        **settings,
    )
    place = SigFieldSpec(field, box=box) if box is not None else None
    maker = (PdfSigner if lawful else _Defiant)(metadata, signer, timestamper=stamper, stamp_style=style, new_field_spec=place)
    return maker.sign_pdf(out, existing_fields_only=existing).getvalue()


def stamp_time(pdf, stamper, context=None, field='DauThoiGian'):
    """A document timestamp (ETSI.RFC3161), with what proves it when a context is given."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    return PdfTimeStamper(stamper, field_name=field).timestamp_pdf(out, 'sha256', validation_context=context).getvalue()


def prepared(pdf, *fields):
    """Empty signature fields, there before anyone signs."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    for one in fields:
        append_signature_field(out, one)
    out.write(done := BytesIO())
    return done.getvalue()


__all__ = ['CLASSIC', 'PADES', 'SIGNED', 'prepared', 'sign', 'stamp_time']
