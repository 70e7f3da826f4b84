"""The printed brief: two pages, Chinese that can be read and copied, fonts inside, same bytes."""

import pypdfium2 as pdfium
import pytest

from hubscope.errors import HubscopeError
from hubscope.portal import fonts
from hubscope.portal.brief import brief
from hubscope.portal.fonts import chinese_fonts


@pytest.fixture(scope="module")
def pdfs(observatory):
    return {lang: brief(observatory, lang) for lang in ("zh", "en")}


def _text(data):
    with pdfium.PdfDocument(data) as document:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_bounded())
            text.close()
            page.close()
        return pages


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_has_two_a4_pages(pdfs, lang):
    with pdfium.PdfDocument(pdfs[lang]) as document:
        assert len(document) == 2
        for page in document:
            assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.1)
            page.close()


def test_chinese_can_be_copied_from_it(pdfs):
    first, second = _text(pdfs["zh"])
    assert "哪些中心领先" in first
    assert "东京" in first
    assert "北京" in first
    assert "基础研究经费占比" in second
    assert "未达成" in second


def test_english_says_the_same(pdfs):
    first, second = _text(pdfs["en"])
    assert "Which hubs lead, and how sure are we?" in first
    assert "Unknown: Pull, Attraction and Influence" in first.replace("\r\n", " ")
    assert "1,185.9 billion CNY (2023)" in second
    assert "missed" in second


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_fonts_are_embedded(pdfs, lang):
    with pdfium.PdfDocument(pdfs[lang]) as document:
        page = document[0]
        texts = [o for o in page.get_objects(max_depth=8) if o.type == pdfium.raw.FPDF_PAGEOBJ_TEXT]
        used = [pdfium.raw.FPDFTextObj_GetFont(o.raw) for o in texts]
        assert texts
        assert all(pdfium.raw.FPDFFont_GetIsEmbedded(f) == 1 for f in used)
        page.close()


def test_charts_are_vectors(pdfs):
    with pdfium.PdfDocument(pdfs["zh"]) as document:
        for page in document:
            kinds = [o.type for o in page.get_objects(max_depth=8)]
            assert pdfium.raw.FPDF_PAGEOBJ_IMAGE not in kinds
            assert kinds.count(pdfium.raw.FPDF_PAGEOBJ_PATH) > 20
            page.close()


def test_the_same_data_give_the_same_bytes(observatory, pdfs):
    assert brief(observatory, "zh") == pdfs["zh"]


def test_its_date_is_that_of_the_data(pdfs, observatory):
    day = max(o.origin.accessed for o in observatory.observations).replace("-", "")
    with pdfium.PdfDocument(pdfs["en"]) as document:
        assert document.get_metadata_value("CreationDate").startswith(f"D:{day}")
        assert document.get_metadata_value("Title") == "Which hubs lead, and how sure are we?"


def test_the_wheel_is_preferred():
    assert chinese_fonts().sans == "Noto Sans SC"


def test_the_system_is_asked_next(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "find_spec", lambda _name: None)
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    (tmp_path / "NotoSerifCJK-Regular.ttc").touch()
    assert chinese_fonts([tmp_path]).serif == "Noto Serif CJK SC"


def test_without_a_chinese_font_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "find_spec", lambda _name: None)
    with pytest.raises(HubscopeError, match="no Chinese font") as caught:
        chinese_fonts([tmp_path])
    assert "fonts-noto-cjk" in caught.value.hint
