"""Files that were tampered with after pyHanko signed them."""
import re
from io import BytesIO

import pages
from catalogue import file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from signing import sign, stamp_time

_changed = 'invalid/changed-after-signing'


def _signed(pki, who='agency', **settings):
    return sign(pages.page(), pki.signer(who), **settings)


def _replaced(pdf, old, new):
    assert pdf.count(old) >= 1 and len(old) == len(new)
    return pdf.replace(old, new, 1)


file('tampered-text', 'invalid/digest-mismatch', 'one letter of the page changed')(
    lambda pki: _replaced(_signed(pki), b'105/SNV', b'106/SNV')
)


@file('tampered-value', 'invalid/signature-mismatch', 'one bit of the signature value changed')
def _value(pki):
    pdf = bytearray(_signed(pki))
    # The signature of a SignerInfo without unsigned attributes is the end of the CMS.
    hexadecimal = re.search(rb'/Contents <([0-9a-fA-F]+?)(?:00)+>', bytes(pdf))
    at = hexadecimal.end(1) - 40
    pdf[at] = ord('0') if pdf[at] != ord('0') else ord('1')
    return bytes(pdf)


@file('tampered-range', 'invalid/digest-mismatch', 'the ByteRange is made to end before the file does')
def _range(pki):
    pdf = _signed(pki)
    found = re.search(rb'/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]', pdf)
    last = found.group(4)
    return pdf[: found.start(4)] + str(int(last) - 7).encode().rjust(len(last)) + pdf[found.end(4) :]


file('appended', _changed, 'bytes after the end of the file')(lambda pki: _signed(pki) + b'1 0 obj\n<</Type/Catalog>>\nendobj\n')
file('replaced-text', _changed, 'another text by an incremental update')(lambda pki: pages.rewritten(_signed(pki), 'Thu hoi van ban'))
file('added-page', _changed, 'a page added by an incremental update')(lambda pki: pages.lengthened(_signed(pki)))
file('both-then-replaced', _changed, 'two signatures, then another text')(
    lambda pki: pages.rewritten(sign(_signed(pki, 'person'), pki.signer('agency'), field='ChuKy2'), 'Khac')
)
file('replaced-between', _changed, 'a person signs, the text is replaced, the agency signs what is shown then')(
    lambda pki: sign(pages.rewritten(_signed(pki, 'person'), 'Khac'), pki.signer('agency'), field='ChuKy2')
)
file('replaced-then-archived', _changed, 'the text is replaced and the whole given a document timestamp')(
    lambda pki: stamp_time(pages.rewritten(_signed(pki), 'Khac'), pki.stamper())
)


@file('foreign-contents', 'invalid/digest-mismatch', 'the CMS of another file of the same signer')
def _foreign(pki):
    ours, theirs = _signed(pki), sign(pages.page('So 999/SNV-CCHC: van ban khac han'), pki.signer('agency'))
    pattern = rb'/Contents <([0-9a-fA-F]+)>'
    mine, other = re.search(pattern, ours), re.search(pattern, theirs).group(1)
    length = len(mine.group(1))
    assert len(other) <= length or set(other[length:]) <= {ord('0')}
    return ours[: mine.start(1)] + other[:length].ljust(length, b'0') + ours[mine.end(1) :]


def _shadowed(pki):
    """What the signer saw lay under something else; a later update takes that away (the "hide" shadow attack)."""
    below = pages.annotated(pages.page('Phu cap: 9 000 000 dong'), '/Stamp', (60, 700, 400, 740))
    return sign(below, pki.signer('agency'), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)


@file('shadow-hide', _changed, 'an annotation that covered the text is taken away after signing')
def _hide(pki):
    out = IncrementalPdfFileWriter(BytesIO(_shadowed(pki)))
    leaf = out.root['/Pages']['/Kids'].raw_get(0)
    leaf.get_object()['/Annots'].pop(0)
    out.mark_update(leaf)
    out.write(done := BytesIO())
    return done.getvalue()


@file('shadow-replace-font', _changed, 'the font of the signed text is replaced: same codes, other signs')
def _font(pki):
    out = IncrementalPdfFileWriter(BytesIO(_signed(pki)))
    font = out.root['/Pages']['/Kids'][0]['/Resources']['/Font'].raw_get('/F1')
    font.get_object()['/BaseFont'] = pdf_name('/ZapfDingbats')
    out.mark_update(font)
    out.write(done := BytesIO())
    return done.getvalue()
