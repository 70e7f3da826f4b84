"""Broken, locked, scanned, huge and hostile files end in one message with a hint."""

import io
import zipfile

import pytest

from hubscope.errors import BadDocumentError
from hubscope.plan import read_plan
from hubscope.plan.documents import apart, docx, opened, pdf

PLAN = "到2030年，建成国际科技创新中心，研发经费投入强度达到3.5%。"


def refused(path, *words):
    with pytest.raises(BadDocumentError) as caught:
        read_plan(path)
    assert caught.value.hint
    for word in (path.name, *words):
        assert word in caught.value.what
    return caught.value


def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return path


def test_a_zip_bomb_in_a_docx_is_refused_unopened(tmp_path, monkeypatch):
    path = archive(tmp_path / "bomb.docx", {"word/document.xml": b"0" * (300 * 2**20)})
    refused(path, "zip bomb")
    unpacked = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *words, **_: unpacked.append(words))
    with pytest.raises(BadDocumentError, match="zip bomb"):
        docx.read(path)
    assert unpacked == []


def test_a_zip_of_another_kind_is_no_docx(tmp_path):
    refused(archive(tmp_path / "other.docx", {"readme.txt": b"hello"}), "no DOCX")


def test_a_cut_off_docx_is_broken(tmp_path):
    path = archive(tmp_path / "cut.docx", {"word/document.xml": b"<w/>" * 50})
    path.write_bytes(path.read_bytes()[:60])
    refused(path, "broken")


def test_entities_in_a_docx_do_not_grow(tmp_path):
    from docx import Document

    made = io.BytesIO()
    document = Document()
    document.add_paragraph(PLAN)
    document.save(made)
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    bomb += "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 9)).replace(
        "a0", "a"
    )
    path = tmp_path / "entities.docx"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "word/document.xml":
                data = data.replace(PLAN.encode(), PLAN.encode() + b"&a8;")
                data = bomb.encode() + b"]>" + data.split(b"?>", 1)[1]
            target.writestr(part, data)
    refused(path)


def test_old_word_is_named(tmp_path):
    path = tmp_path / "plan.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    refused(path, "old Office", "password")


def blank_pdf(path, pages):
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        made.new_page(300, 300)
    made.save(str(path))
    return path


def test_a_scan_needs_ocr(tmp_path):
    refused(blank_pdf(tmp_path / "scan.pdf", 3), "needs OCR", "3 of its 3 pages")


def test_too_many_pages_are_refused(tmp_path):
    refused(blank_pdf(tmp_path / "long.pdf", pdf.MOST_PAGES + 1), "at most 1000")


def test_a_broken_pdf_is_refused(tmp_path):
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    refused(path, "broken PDF")


def test_a_locked_pdf_is_refused(tmp_path):
    """The smallest file whose trailer asks for a password that nobody knows."""
    body = b"%PDF-1.4\n"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> >>",
    ]
    places = []
    for n, made in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (n, made)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    trailer = b"<< /Size 4 /Root 1 0 R /Encrypt 3 0 R /ID [<00><00>] >>"
    start = len(body)
    body += b"xref\n0 4\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF" % (
        *(table, trailer),
        start,
    )
    path = tmp_path / "locked.pdf"
    path.write_bytes(body)
    refused(path, "password")


def test_a_parser_that_hangs_is_ended(tmp_path, monkeypatch):
    path = blank_pdf(tmp_path / "slow.pdf", 1)
    monkeypatch.setattr(apart, "SECONDS", 1)
    monkeypatch.setattr(apart, "_CODE", "while True: pass")
    refused(path, "longer than 1 s")


def test_a_parser_that_eats_memory_is_ended(tmp_path, monkeypatch):
    path = blank_pdf(tmp_path / "fat.pdf", 1)
    code = "from hubscope.plan.documents.worker import limit; limit(); x = bytearray(1 << 40)"
    monkeypatch.setattr(apart, "_CODE", code)
    refused(path, "memory")


def test_a_parser_that_dies_is_told(tmp_path, monkeypatch):
    path = blank_pdf(tmp_path / "dead.pdf", 1)
    monkeypatch.setattr(apart, "_CODE", "import os; os.kill(os.getpid(), 11)")
    refused(path, "signal 11")


def test_a_hundred_megabytes_are_refused_unread(tmp_path):
    path = tmp_path / "huge.pdf"
    with path.open("wb") as handle:
        handle.write(b"%PDF-1.7\n")
        handle.truncate(100 * 2**20)
    refused(path, "100 MB")


def test_a_page_nested_without_end_is_refused(tmp_path):
    path = tmp_path / "deep.html"
    path.write_text("<html><body>" + "<div>" * 5000 + PLAN, "utf-8")
    refused(path, "5000 deep")


def test_a_page_of_scripts_holds_no_article(tmp_path):
    path = tmp_path / "empty.html"
    path.write_text("<html><body><script>var a = '到2030年';</script></body></html>", "utf-8")
    refused(path, "no article")


def test_a_large_page_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "LARGEST", 100)
    path = tmp_path / "large.html"
    path.write_text("<html><body>" + f"<p>{PLAN}</p>" * 9, "utf-8")
    refused(path, "at most")
