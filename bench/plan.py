"""How long the plan reader takes: `python bench/plan.py` prints seconds for texts of 1 MB.

The texts are made here: a Chinese plan in chapters, sections and sentences with targets and facts,
an English one in headings, lists and a milestone table, and each shared document repeated. The bar
is 5 s for 1 MB. Then a PDF of more than 300 pages is set and read; its bar is 60 s.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from hubscope.plan import read_plan, read_text

BAR = 5.0
BAR_PDF = 60.0
MB = 2**20
CHAPTER_ZH = """## 三、建设创新平台

### （一）加快建设实验室。

围绕关键领域，建设一批实验室，完善开放共享机制，支持企业牵头组建创新联合体。
2020年全市研发投入强度为3.1%。到2025年，研发投入强度达到3.5%左右。

- 培育新型研发机构。
- 引进海外人才。

"""
CHAPTER_EN = """## 3. Build platforms

### Action 1: Build laboratories

The city will build laboratories in its fields of strength and open them to users from
every region, so that results reach firms sooner. In 2020, R&D intensity was 3.1%.
By 2025, R&D intensity will exceed 3.5% of GDP.

- Foster new institutions.
- Attract talent from abroad.

| Milestone | Target Date |
|---|---|
| 1.1 Open the first laboratory | June 30, 2024 |

"""


def filled(head: str, piece: str) -> str:
    count = max(1, (MB - len(head.encode())) // len(piece.encode()))
    return head + piece * count


def timed(name: str, text: str) -> float:
    start = time.perf_counter()
    plan = read_text(text, name=name)
    seconds = time.perf_counter() - start
    size = len(text.encode()) / MB
    print(f"{name:34} {size:5.2f} MB {len(plan.elements):6d} elements {seconds:6.2f} s")
    return seconds / max(size, 1.0)


def long_pdf(folder: Path) -> Path:
    """A PDF of more than 300 pages with ruled tables, set by Typst."""
    import typst

    from hubscope.portal.fonts import chinese_fonts

    fonts = chinese_fonts()
    table = "#table(columns: 3, [指标], [2020年], [2025年], [研发投入强度], [3.1%], [3.5%])\n"
    text = CHAPTER_ZH.replace("### ", "=== ").replace("## ", "== ")
    head = f'#set text(font: ("{fonts.serif}",), size: 11pt)\n#set page(numbering: "1")\n'
    source = head + "= 规划（2021—2025年）\n" + (text * 5 + table + "#pagebreak()\n") * 310
    path = folder / "long.pdf"
    written = folder / "long.typ"
    written.write_text(source, "utf-8")
    typst.compile(str(written), output=str(path), font_paths=[str(fonts.folder)])
    return path


def timed_pdf() -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = long_pdf(Path(folder))
        start = time.perf_counter()
        plan = read_plan(path)
        seconds = time.perf_counter() - start
    pages = plan.document["page_count"]
    print(f"{f'PDF of {pages} pages':34} {len(plan.elements):15d} elements {seconds:6.2f} s")
    return seconds


def main() -> int:
    worst = max(
        timed("Chinese plan", filled("# 规划（2021—2025年）\n\n", CHAPTER_ZH)),
        timed("English plan", filled("# Plan (2021-2025)\n\n", CHAPTER_EN)),
    )
    here = Path(__file__).resolve().parents[1] / ".." / "shared"
    shared = Path(os.environ.get("HUBSCOPE_SHARED", here)) / "documents"
    for path in sorted(shared.glob("0*.txt")):
        read_plan(path)
        worst = max(worst, timed(f"{path.name[:26]} repeated", filled("", path.read_text("utf-8"))))
    print(f"slowest: {worst:.2f} s a MB (bar {BAR:.0f} s)")
    pdf = timed_pdf()
    print(f"PDF: {pdf:.2f} s (bar {BAR_PDF:.0f} s)")
    return 0 if worst <= BAR and pdf <= BAR_PDF else 1


if __name__ == "__main__":
    sys.exit(main())
