"""Write the pages that are made: reference/command-line from the program, index from the pages.

`python docs/generate.py` writes them; `--check` only says which of them are stale (exit code 1).
"""  # noqa: INP001

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGES = {"en": "command-line.md", "zh": "command-line.zh-CN.md"}
DOCS = Path(__file__).parent
SUFFIX = {"en": ".md", "zh": ".zh-CN.md"}
PARTS = {
    "tutorial": {"en": "Tutorial", "zh": "教程"},
    "how-to": {"en": "How to", "zh": "做法"},
    "reference": {"en": "Reference", "zh": "参考"},
    "explanation": {"en": "Explanation", "zh": "解释"},
}
FIRST = ("first-observatory", "command-line", "workspace-files", "how-sure")
"""Pages that stand before the others of their part."""

HEAD = {
    "en": """# The command line

[中文](command-line.zh-CN.md)

This page is made from the program by `docs/generate.py`; a test fails when it is stale. The verbs
stand in the order in which data flows. The same words come from `hubscope VERB --help`.

- Data goes to stdout, talk to stderr. In a pipe a table is tab-separated, without colour.
- `--json` prints one JSON document on stdout.
- Help and messages are in Chinese or English: `HUBSCOPE_LANG` decides, else the locale.
- `HUBSCOPE_WORKSPACE` names the workspace where `-w` is not given; without both it is the folder
  you are in.
- `NO_COLOR` is respected. Exit codes: see [exit-codes.md](exit-codes.md).
""",
    "zh": """# 命令行

[English](command-line.md)

本页由 `docs/generate.py` 从程序生成；页面过时，测试就会失败。命令按数据流动的顺序排列，
文字与 `hubscope 命令 --help` 相同。

- 数据输出到标准输出，说明输出到标准错误。接管道时，表格以制表符分隔，不带颜色。
- `--json` 在标准输出打印一份 JSON。
- 帮助和消息有中英两种：由 `HUBSCOPE_LANG` 决定，未设时取系统语言。
- 未给 `-w` 时，工作区取 `HUBSCOPE_WORKSPACE`；两者都没有，就是当前文件夹。
- 遵守 `NO_COLOR`。退出码见 [exit-codes.zh-CN.md](exit-codes.zh-CN.md)。
""",
}
INDEX = {
    "en": """# Documentation

[中文](index.zh-CN.md)

This page is made from the titles of the others by `docs/generate.py`.
See also the [glossary](../GLOSSARY.md) and [how to contribute](../CONTRIBUTING.md).
""",
    "zh": """# 文档

[English](index.md)

本页由 `docs/generate.py` 按各页标题生成。
另见[术语表](../GLOSSARY.md)和[参与方式](../CONTRIBUTING.md)。
""",
}
DECIDED = {
    "en": "## Decisions\n\nWhat was chosen, why, and what was left: one page each.\n",
    "zh": "## 决策\n\n选了什么，为什么，放弃了什么，每项一页（英文，附中文摘要）。\n",
}
COLUMNS = {
    "en": "| argument or option | default | meaning |",
    "zh": "| 参数或选项 | 默认值 | 含义 |",
}
REQUIRED = {"en": "required", "zh": "必填"}


def commands(group: Any, path: str = "hubscope") -> Iterator[tuple[str, Any]]:
    """Every command by its full name, in the order in which help lists them."""
    context = group.context_class(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def parameters(command: Any) -> list[Any]:
    """The parameters that a reader is told of: all but `--help`."""
    return [p for p in command.params if "--help" not in p.opts]


def usage(name: str, command: Any) -> str:
    """One line: the command, its arguments, whether there are options."""
    found = parameters(command)
    given = [_called(p) for p in found if p.param_type_name == "argument"]
    optional = ["[OPTIONS]"] if len(given) < len(found) else []
    return " ".join([name, *optional, *given])


def _called(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        called = (parameter.metavar or parameter.name).strip("{}[]").upper()
        return f"{called}..." if parameter.nargs == -1 else called
    return ", ".join(sorted(parameter.opts, key=len))


def _default(parameter: Any, lang: str) -> str:
    if parameter.required:
        return REQUIRED[lang]
    value = parameter.default
    return f"`{value}`" if value is not None and value is not False and value != "" else ""


def page(lang: str) -> str:
    """The page in the language that the program was started in."""
    import typer

    from hubscope.cli.app import app

    root = typer.main.get_command(app)
    parts = [HEAD[lang]]
    for name, command in commands(root):
        rows = [
            f"| `{_called(p)}` | {_default(p, lang)} | {p.help or ''} |"
            for p in parameters(command)
        ]
        table = [COLUMNS[lang], "|---|---|---|", *rows, ""] if rows else []
        about = (command.help or "").strip()
        parts.append(
            "\n".join([f"## {name}\n", about, "", f"    {usage(name, command)}", "", *table])
        )
    return "\n".join(parts)


def index(lang: str) -> str:
    """The first page of the documents: every page by its title, every decision."""
    parts = [INDEX[lang]]
    for part, names in PARTS.items():
        files = sorted(_pages(part, lang), key=_place)
        rows = [f"- [{_title(f)}]({part}/{f.name})" for f in files]
        parts.append("\n".join([f"## {names[lang]}\n", *rows, ""]))
    found = sorted((DOCS / "decisions").glob("*.md"))
    rows = [f"- [{_decided(f, lang)}](decisions/{f.name})" for f in found]
    return "\n".join([*parts, DECIDED[lang], *rows, ""])


def _pages(part: str, lang: str) -> list[Path]:
    found = (DOCS / part).glob("*.md")
    return [f for f in found if f.name.endswith(SUFFIX["zh"]) == (lang == "zh")]


def _place(file: Path) -> tuple[int, str]:
    name = file.name.split(".")[0]
    return (FIRST.index(name) if name in FIRST else len(FIRST), name)


def _title(file: Path) -> str:
    return file.read_text("utf-8").split("\n", 1)[0].removeprefix("# ").strip()


def _decided(file: Path, lang: str) -> str:
    """The title, in Chinese the first clause of the summary."""
    if lang == "en":
        return _title(file)
    line = next(s for s in file.read_text("utf-8").splitlines() if s.startswith("摘要："))
    clause = line.removeprefix("摘要：").replace("；", "。").split("。")[0]
    return f"{file.name[:3]} {clause}"


def made() -> dict[Path, str]:
    """Every generated page as it should be; one process a language, which help is bound to."""
    found = {}
    for lang, name in PAGES.items():
        asked = [sys.executable, __file__, "--print", lang]
        result = subprocess.run(  # noqa: S603  the program itself
            asked, check=True, capture_output=True, env=os.environ | {"HUBSCOPE_LANG": lang}
        )
        found[DOCS / "reference" / name] = result.stdout.decode("utf-8")
        found[DOCS / f"index{SUFFIX[lang]}"] = index(lang)
    return found


def main() -> int:
    """Write, check or print the pages."""
    if "--print" in sys.argv:
        sys.stdout.buffer.write(page(sys.argv[-1]).encode("utf-8"))
        return 0
    stale = {f: t for f, t in made().items() if not f.is_file() or f.read_text("utf-8") != t}
    for file, text in stale.items():
        sys.stdout.write(f"{'stale' if '--check' in sys.argv else 'written'}: {file.name}\n")
        if "--check" not in sys.argv:
            file.write_text(text, "utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
