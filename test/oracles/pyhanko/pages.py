"""Small PDFs to sign, written here byte by byte, so that no product's habits stand in them."""
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler, StandardSecuritySettingsRevision
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer


def _assemble(objects, hidden=None):
    """A file with one cross-reference table; `hidden` objects stand in an object stream only a hybrid reader finds."""
    out = BytesIO()
    out.write(b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')
    offsets = {}
    for number, body in objects.items():
        offsets[number] = out.tell()
        out.write(b'%d 0 obj\n%s\nendobj\n' % (number, body))
    size = max([*objects, *(hidden or {})]) + 1
    more = b''
    if hidden:
        stream, index = size, size + 1
        size += 2
        head = b' '.join(b'%d %d' % (number, at) for number, at in _places(hidden))
        content = head + b' ' + b' '.join(hidden.values())
        offsets[stream] = out.tell()
        out.write(
            b'%d 0 obj\n<</Type/ObjStm/N %d/First %d/Length %d>>stream\n%s\nendstream\nendobj\n'
            % (stream, len(hidden), len(head) + 1, len(content), content)
        )
        rows = b''.join(b'\x02' + stream.to_bytes(4, 'big') + bytes([at]) for at in range(len(hidden)))
        rows += b'\x01' + offsets[stream].to_bytes(4, 'big') + b'\x00'
        first = min(hidden)
        at = out.tell()
        out.write(
            b'%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%d %d %d 1]/Length %d>>stream\n%s\nendstream\nendobj\n'
            % (index, size, first, len(hidden), stream, len(rows), rows)
        )
        more = b'/XRefStm %d' % at
    table = out.tell()
    out.write(b'xref\n0 %d\n0000000000 65535 f \n' % size)
    for number in range(1, size):
        out.write(b'%010d 00000 n \n' % offsets[number] if number in offsets else b'0000000000 65535 f \n')
    out.write(b'trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n' % (size, more, table))
    return out.getvalue()


def _places(hidden):
    at = 0
    for number, body in hidden.items():
        yield number, at
        at += len(body) + 1


def _content(text):
    drawn = b'BT /F1 14 Tf 72 720 Td (%s) Tj ET' % text.encode('ascii')
    return b'<</Length %d>>stream\n%s\nendstream' % (len(drawn), drawn)


_font = b'<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>'
_page = b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>%s>>'
_tree = b'<</Type/Pages/Kids[3 0 R]/Count 1>>'


def page(text='So 105/SNV-CCHC: bao cao cai cach hanh chinh quy IV'):
    return _assemble({1: b'<</Type/Catalog/Pages 2 0 R>>', 2: _tree, 3: _page % b'', 4: _content(text), 5: _font})


def hybrid(text='So 106/SNV-CCHC: tep lai'):
    """A hybrid-reference file (ISO 32000-2, 7.5.8.4): an annotation and its array are hidden from old readers."""
    objects = {1: b'<</Type/Catalog/Pages 2 0 R>>', 2: _tree, 3: _page % b'/Annots 6 0 R', 4: _content(text), 5: _font}
    note = b'<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/Contents(xem phu luc)/F 4>>'
    return _assemble(objects, {6: b'[7 0 R]', 7: note})


def form():
    """Two text fields and a check box, still empty."""
    field = b'<</Type/Annot/Subtype/Widget/FT/Tx/T(%s)/Rect[72 %d 300 %d]/F 4/P 3 0 R/DA(/F1 12 Tf 0 g)/V()>>'
    blank = b'<</Type/XObject/Subtype/Form/BBox[0 0 228 20]/Length 0>>stream\n\nendstream'
    objects = {
        1: b'<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R 7 0 R 8 0 R]/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>>>>>',
        2: _tree,
        3: _page % b'/Annots[6 0 R 7 0 R 8 0 R]',
        4: _content('Phieu trinh: y kien lanh dao va nguoi soan thao'),
        5: _font,
        6: field % (b'YKien', 600, 620),
        7: field % (b'NguoiSoan', 560, 580),
        8: b'<</Type/Annot/Subtype/Widget/FT/Btn/T(DongY)/Rect[72 520 90 538]/F 4/P 3 0 R/V/Off/AS/Off'
        b'/AP<</N<</Yes 9 0 R/Off 10 0 R>>>>>>',
        9: blank,
        10: blank,
    }
    return _assemble(objects)


def object_streams(pdf=None):
    """The same objects within an object stream and under a cross-reference stream."""
    old = PdfFileReader(BytesIO(pdf or page('So 107/SNV-CCHC: luong doi tuong')))
    out = PdfFileWriter(stream_xrefs=True)
    packed = out.prepare_object_stream()
    contents = out.add_object(generic.StreamObject(stream_data=old.root['/Pages']['/Kids'][0]['/Contents'].data))
    font = generic.DictionaryObject(
        {pdf_name('/Type'): pdf_name('/Font'), pdf_name('/Subtype'): pdf_name('/Type1'), pdf_name('/BaseFont'): pdf_name('/Helvetica')}
    )
    fonts = generic.DictionaryObject({pdf_name('/F1'): out.add_object(font, obj_stream=packed)})
    leaf = generic.DictionaryObject(
        {
            pdf_name('/Type'): pdf_name('/Page'),
            pdf_name('/MediaBox'): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
            pdf_name('/Contents'): contents,
            pdf_name('/Resources'): generic.DictionaryObject({pdf_name('/Font'): fonts}),
        }
    )
    out.insert_page(leaf)
    out.write(done := BytesIO())
    return done.getvalue()


def encrypted(kind, pdf=None):
    """`kind`: how it is locked; the user password is empty, as for a file anyone may open."""
    out = copy_into_new_writer(PdfFileReader(BytesIO(pdf or page())))
    if kind == 'aes-256':
        out.encrypt(owner_pass='chu', user_pass='')
    else:
        id1 = pdf_string(b'0123456789abcdef')
        out._document_id = generic.ArrayObject([id1, id1])
        handler = StandardSecurityHandler.build_from_pw_legacy(
            rev=StandardSecuritySettingsRevision.RC4_OR_AES128, id1=id1.original_bytes, desired_owner_pass='chu', desired_user_pass='', keylen_bytes=16, use_aes128=True
        )
        out._assign_security_handler(handler)
    out.write(done := BytesIO())
    return done.getvalue()


def filled(pdf, password=None, **values):
    """Fields filled in by an incremental update, each with a new appearance."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if password is not None:
        out.encrypt(password)
    for field in out.root['/AcroForm']['/Fields']:
        name = field.get_object().get('/T')
        if name not in values:
            continue
        entry = field.get_object()
        if entry['/FT'] == '/Btn':
            entry['/V'] = entry['/AS'] = pdf_name('/' + values[name])
        else:
            entry['/V'] = pdf_string(values[name])
            entry['/AP'] = generic.DictionaryObject({pdf_name('/N'): out.add_object(_appearance(values[name]))})
        out.mark_update(field)
    return _written(out)


def _appearance(text):
    drawn = b'/Tx BMC q BT /F1 12 Tf 2 5 Td (%s) Tj ET Q EMC' % text.encode('ascii', 'replace')
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 228, 20)))
    names = {pdf_name('/Type'): pdf_name('/XObject'), pdf_name('/Subtype'): pdf_name('/Form'), pdf_name('/BBox'): box}
    return generic.StreamObject(names, stream_data=drawn)


def annotated(pdf, subtype='/Text', rect=(400, 700, 420, 720)):
    """A comment put on the first page by an incremental update."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    note = generic.DictionaryObject(
        {
            pdf_name('/Type'): pdf_name('/Annot'),
            pdf_name('/Subtype'): pdf_name(subtype),
            pdf_name('/Rect'): generic.ArrayObject(map(generic.NumberObject, rect)),
            pdf_name('/Contents'): pdf_string('Y kien'),
            pdf_name('/F'): generic.NumberObject(4),
        }
    )
    leaf = out.root['/Pages']['/Kids'].raw_get(0)
    entry = leaf.get_object()
    if '/Annots' in entry:
        entry['/Annots'].append(out.add_object(note))
        held = entry.raw_get('/Annots')
        out.mark_update(held if isinstance(held, generic.IndirectObject) else leaf)
    else:
        entry[pdf_name('/Annots')] = generic.ArrayObject([out.add_object(note)])
        out.mark_update(leaf)
    return _written(out)


def rewritten(pdf, text, password=None):
    """The first page shows another text since an incremental update."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if password is not None:
        out.encrypt(password)
    leaf = out.root['/Pages']['/Kids'].raw_get(0)
    drawn = b'BT /F1 14 Tf 72 720 Td (%s) Tj ET' % text.encode('ascii')
    leaf.get_object()['/Contents'] = out.add_object(generic.StreamObject(stream_data=drawn))
    out.mark_update(leaf)
    return _written(out)


def lengthened(pdf):
    """A second page since an incremental update."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    first = out.root['/Pages']['/Kids'].raw_get(0).get_object()
    contents = out.add_object(generic.StreamObject(stream_data=b'BT /F1 14 Tf 72 720 Td (Phu luc) Tj ET'))
    second = generic.DictionaryObject({key: first.raw_get(key) for key in ('/Type', '/MediaBox', '/Resources')})
    second[pdf_name('/Contents')] = contents
    out.insert_page(second)
    return _written(out)


def described(pdf, title):
    """Only the document information says something new."""
    out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    out.set_info(generic.DictionaryObject({pdf_name('/Title'): pdf_string(title)}))
    return _written(out)


def _written(out):
    out.write(done := BytesIO())
    return done.getvalue()
