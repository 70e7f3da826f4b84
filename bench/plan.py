"""How long the plan reader takes: `python bench/plan.py` prints CPU seconds for texts of 1 MB.

The texts are made here: a Chinese plan in chapters, sections and sentences with targets and facts,
an English one in headings, lists and a milestone table, and each shared document repeated. The bar
is 5 s for 1 MB. Then the texts of tests/plan/shapes.toml, each of one kind, at two lengths: the
slope is the power of the length with which the time grows, 1 for linear. Then a PDF of more than
300 pages is set and read; its bar is 60 s. CPU seconds count this process and those it started.
`python bench/plan.py fuzz [ROUNDS]` damages the bytes of a PDF, a DOCX and an HTML file instead.
"""

import contextlib
import importlib
import math
import os
import random
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from types import ModuleType

from hubscope.errors import BadDocumentError
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


def cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def timed(name: str, text: str) -> float:
    start = cpu()
    plan = read_text(text, name=name)
    seconds = cpu() - start
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
        start = cpu()
        plan = read_plan(path)
        seconds = cpu() - start
    pages = plan.document["page_count"]
    print(f"{f'PDF of {pages} pages':34} {len(plan.elements):15d} elements {seconds:6.2f} s")
    return seconds


def grown(shape: str, piece: str) -> float:
    """Print how the time of one shape grows from 50,000 to 200,000 characters; its slope.

    A running number keeps the pieces apart, so that nothing is answered from memory.
    """
    seconds = []
    for size in (50_000, 200_000):
        some = range(size // (40 * len(piece)))
        text = "# 规划\n\n## 三、建设\n\n" + "".join(f"{piece * 40}{n}" for n in some)
        start = cpu()
        with contextlib.suppress(BadDocumentError):
            read_text(text, name=shape)
        seconds.append(max(cpu() - start, 1e-3))
    slope = math.log(seconds[1] / seconds[0]) / math.log(4)
    print(f"{shape:34} {seconds[0]:6.2f} s  {seconds[1]:6.2f} s  slope {slope:4.2f}")
    return slope


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file cut off, with bits turned, with a piece moved, or with a piece of itself doubled."""
    at, size = chance.randrange(len(data)), chance.randrange(1, 400)
    how = chance.randrange(4)
    if how == 0:
        return data[:at]
    if how == 1:
        turned = bytearray(data)
        for _ in range(chance.randrange(1, 60)):
            turned[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(turned)
    piece = data[at : at + size]
    to = chance.randrange(len(data))
    rest = data[:at] + data[at + size :] if how == 2 else data
    return rest[:to] + piece + rest[to:]


def write(making: ModuleType, form: str, text: str, path: Path) -> None:
    """One document of each form, made as the tests make it."""
    if form == "html":
        path.write_text(making.page(text), "utf-8")
    else:
        getattr(making, form)(text, path)


def fuzz(rounds: int) -> int:
    """Read damaged files; every one must end in a plan or in one message. Prints the counts."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "plan"))
    making = importlib.import_module("making")

    text = "# 规划（2021—2025年）\n\n" + CHAPTER_ZH * 3
    chance = random.Random(20210120)
    with tempfile.TemporaryDirectory() as folder:
        for form in ("pdf", "docx", "html"):
            whole = Path(folder) / f"whole.{form}"
            write(making, form, text, whole)
            answers = {"plan": 0, "refused": 0}
            longest = 0.0
            for n in range(rounds):
                path = whole.with_name(f"{n}.{form}")
                path.write_bytes(damaged(whole.read_bytes(), chance))
                start = time.perf_counter()
                try:
                    read_plan(path)
                    answers["plan"] += 1
                except BadDocumentError:
                    answers["refused"] += 1
                longest = max(longest, time.perf_counter() - start)
            print(f"{form:6} {rounds} damaged files: {answers}, longest {longest:.1f} s")
    return 0


def main() -> int:
    if sys.argv[1:2] == ["fuzz"]:
        return fuzz(int(sys.argv[2]) if len(sys.argv) > 2 else 100)
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
    shapes = Path(__file__).resolve().parents[1] / "tests" / "plan" / "shapes.toml"
    slopes = [grown(*pair) for pair in tomllib.loads(shapes.read_text("utf-8")).items()]
    print(f"steepest slope: {max(slopes):.2f}")
    pdf = timed_pdf()
    print(f"PDF: {pdf:.2f} s (bar {BAR_PDF:.0f} s)")
    return 0 if worst <= BAR and pdf <= BAR_PDF else 1


if __name__ == "__main__":
    sys.exit(main())
