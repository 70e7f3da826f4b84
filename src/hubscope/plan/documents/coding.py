"""Bytes to text: the encoding is detected, never guessed where lines disagree."""

from __future__ import annotations

import re
from pathlib import Path

from hubscope.errors import BadDocumentError

_BOMS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_TRIED = ("GB18030", "BIG5")
_COMMON = frozenset(
    "的一是在不了有和大中为为上个国要以会可主发年动同工也能下过产种面而方后多定行学法所民得经"
    "进着等部度家电力里如水化高自二理起小实现加量都两体制机当使点从业本去把性好应开它合还因由"
    "其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第"
    "向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文"
    "总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区"
    "强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济"
    "科技创新发展规划目标市城产业心際國設與時發業點產經關學會動過為這個對進實現機開還條問題總"
    "質無義長運區強據處隊給門東導壓濟創規劃標術"
)
_LEAST = 0.25
"""Share of common characters among the Chinese ones from which an encoding is believed."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def decoded(path: Path, data: bytes) -> tuple[str, str]:
    """The text of the bytes and the name of their encoding.

    Raises:
        BadDocumentError: with the line and the byte that no known encoding explains.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(path, data, name), name
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if not _has_utf8_line(data[: error.start]):
            for name in _TRIED:
                text = _plausible(data, name)
                if text is not None:
                    return text, name
        raise _refusal(path, data, error.start) from None


def declared(path: Path, data: bytes) -> tuple[str, str]:
    """The text of an HTML page, by what its head declares if that holds."""
    found = _CHARSET.search(data[:4096])
    if found:
        name = found.group(1).decode("ascii", "replace")
        name = "GB18030" if name.lower() in ("gb2312", "gbk") else name
        try:
            return data.decode(name), name.upper()
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(path, data)


def _strict(path: Path, data: bytes, name: str) -> str:
    try:
        return data.decode({"UTF-8": "utf-8-sig"}.get(name, name))
    except UnicodeDecodeError as error:
        raise _refusal(path, data, error.start) from None


def _has_utf8_line(before: bytes) -> bool:
    """Whether a whole line before the bad byte is UTF-8 beyond ASCII: the file mixes encodings."""
    return any(not row.isascii() for row in before.split(b"\n")[:-1])


def _plausible(data: bytes, name: str) -> str | None:
    """The text in an encoding, if its Chinese characters are ones that people write."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    strange = [c for c in text[:50_000] if ord(c) > 0x7F]
    han = [c for c in strange if "\u4e00" <= c <= "\u9fff"]
    common = sum(c in _COMMON for c in han)
    return text if len(han) > 0.5 * len(strange) and common >= _LEAST * len(han) else None


def _refusal(path: Path, data: bytes, at: int) -> BadDocumentError:
    line = data[:at].count(b"\n") + 1
    return BadDocumentError(
        f"{path} is not UTF-8: line {line} holds the byte {data[at]:#04x}",
        hint=f"convert it first: iconv -f {_guess(data)} -t UTF-8 {path.name}",
    )


def _guess(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    for name in _TRIED:
        try:
            if data.decode(name):
                return name
        except UnicodeDecodeError:
            continue
    return "WINDOWS-1252"
