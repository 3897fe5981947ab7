"""Makes the guide: runs every command in it, takes the window's pictures, writes the pages anew.

`python docs/guide/make.py` runs commands and Python; `--pictures` opens the window as well;
`--html` only writes `resources/guide/index.html` from the pages as they stand.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESOURCES = ROOT / "resources"
BUNDLE = RESOURCES / "guide"
PAGES = (
    *("index", "find", "mend", "smaller", "weights", "own", "python", "tables", "guard", "fast"),
    "many",
)
"""In the order they are read in."""

PICTURES = {
    "overview": "depth-light-1280x800",
    "layer": "distribution-light-1280x800",
    "improve": "recover-light-1280x800",
    "graph": "graph-light-1280x800",
    "dark": "depth-dark-1280x800",
}
"""Pictures of guide and README: what `quantscope --screenshots` calls each."""

_BLOCK = re.compile(r"```(\w+)(?: (\S+))?\n(.*?)```", re.S)
"""Kind, the name of a file that is written so, and what stands in it."""
_MOST_LINES, _FIRST, _LAST = 16, 8, 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=PAGES, help="those to run (default: all)")
    parser.add_argument("--pictures", action="store_true", help="the window's pictures too")
    parser.add_argument("--html", action="store_true", help="only the page that is bundled")
    wanted = parser.parse_args()
    if wanted.pictures:
        take_pictures()
    if not wanted.html:
        for name in wanted.pages:
            print(name, flush=True)
            path = HERE / f"{name}.md"
            path.write_text(page_anew(path.read_text(encoding="utf-8")), encoding="utf-8")
    (BUNDLE / "index.html").write_text(bundled_page(), encoding="utf-8", newline="\n")


def blocks(text: str, kind: str) -> Iterator[str]:
    """What stands in each fenced block of a kind."""
    return (found[3] for found in _BLOCK.finditer(text) if found[1] == kind and not found[2])


def commands(text: str) -> Iterator[list[str]]:
    """The words of every command of the console blocks."""
    for block in blocks(text, "console"):
        for line in block.replace("\\\n", "").splitlines():
            if line.startswith("$ "):
                yield shlex.split(line[2:])


def page_anew(text: str) -> str:
    """The page with what its commands and its Python print today, all in one copy of the demo."""
    with demo_folder() as folder:
        done: list[str] = []

        def anew(found: re.Match[str]) -> str:
            kind, file, body = found.groups()
            if file is not None:
                (Path(folder) / file).write_text(body, encoding="utf-8")
                return found[0]
            if kind == "console":
                body = "".join(_run(each, folder) for each in _steps(body))
            elif kind == "python":
                done.append(body)
            elif kind == "text" and done:
                body = _printed(done, folder)
            return f"```{kind}\n{body}```"

        return _BLOCK.sub(anew, text)


def demo_folder() -> tempfile.TemporaryDirectory[str]:
    """A copy of the demo, as the first page tells to make it."""
    folder = tempfile.TemporaryDirectory()
    for name in ("demo.onnx", "images", "data"):
        source, target = RESOURCES / "demo" / name, Path(folder.name) / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
    return folder


def _steps(body: str) -> Iterator[str]:
    """Each command of a block, without what it printed; a file that is shown is written."""
    yield from re.findall(r"^\$ (?:.*\\\n)*.*\n", body, re.M)


def _run(step: str, folder: str) -> str:
    words = shlex.split(step[2:].replace("\\\n", ""))
    assert words[0] == "quantengine", step
    gate = words[1] == "check"
    printed = _python(["-m", "quantengine.cli", *words[1:], "--quiet"], folder, gate=gate)
    return step + shortened(printed)


def _printed(done: list[str], folder: str) -> str:
    """What the last block of Python prints, after those before it."""
    mark = "<<<here>>>"
    code = f"\nprint({mark!r})\n".join(["".join(done[:-1]), done[-1]])
    return shortened(_python(["-c", code], folder).split(mark)[1].lstrip("\n"))


def _python(words: list[str], folder: str, *, gate: bool = False) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        text=True,
        encoding="utf-8",
        capture_output=True,
        check=False,
        timeout=3600,
    )
    if done.returncode > gate:
        sys.exit(f"{shlex.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def shortened(printed: str) -> str:
    """The beginning and the end of what is long."""
    lines = [line.rstrip() for line in printed.splitlines()]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_FIRST], "...", *lines[-_LAST:]]
    return "".join(f"{line}\n" for line in lines)


def take_pictures() -> None:
    """Opens the window on the demo and keeps the pictures that the pages show."""
    with tempfile.TemporaryDirectory() as folder:
        _python(["-m", "app", "--demo", "--screenshots", folder], str(ROOT))
        for name, source in PICTURES.items():
            if not (Path(folder) / f"{source}.png").is_file():
                known = ", ".join(sorted(path.stem for path in Path(folder).glob("*.png")))
                sys.exit(f"No picture is called {source}: there are {known}.")
            shutil.copyfile(Path(folder) / f"{source}.png", BUNDLE / f"{name}.png")


def bundled_page() -> str:
    """All pages as one, for a browser without a network; its pictures lie beside it."""
    style = (RESOURCES / "report" / "page.css").read_text(encoding="utf-8")
    texts = [(HERE / f"{name}.md").read_text(encoding="utf-8") for name in PAGES]
    sections = "\n".join(
        f'<section id="{name}">\n{html_of(text)}\n</section>'
        for name, text in zip(PAGES, texts, strict=True)
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; img-src 'self' file: data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quantscope: guide</title><style>{style}
body {{ max-width: 1100px; }} pre {{ white-space: pre; overflow-x: auto; }}
td, th {{ white-space: normal; }}
h1 {{ font-size: 20px; margin: 0 0 8px; }} img {{ max-height: none; image-rendering: auto; }}
a {{ color: var(--accent); }}</style></head><body>
{sections}
</body></html>
"""


def html_of(text: str) -> str:
    """Headings, paragraphs, lists, tables, pictures and code: what the pages use of Markdown."""
    parts = re.split(r"\n{2,}", _fenced_apart(text).strip())
    return "\n".join(_part(part) for part in parts)


def _fenced_apart(text: str) -> str:
    """Empty lines inside fences are kept from ending them."""
    return _BLOCK.sub(lambda found: re.sub(r"\n(?=\n)", "\n\0", found[0]), text)


def _part(part: str) -> str:
    fence = _BLOCK.fullmatch(part)
    if fence is not None:
        return f"<pre>{escape(fence[3].replace(chr(0), ''))}</pre>"
    heading = re.fullmatch(r"(#{1,2}) (.*)", part)
    if heading is not None:
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    lines = part.split("\n")
    if all(line.startswith("    ") for line in lines):
        return "<pre>" + escape("\n".join(line[4:] for line in lines)) + "</pre>"
    if lines[0].startswith("|"):
        return _table(lines)
    if re.match(r"(- |\d+\. )", part):
        items = re.split(r"^(?:- |\d+\. )", part, flags=re.M)[1:]
        kind = "ul" if part.startswith("- ") else "ol"
        return f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{kind}>"
    return f"<p>{_inline(part)}</p>"


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    cells = [
        "".join(f'<{tag} class="text">{_inline(cell)}</{tag}>' for cell in row)
        for tag, row in (("th", rows[0]), *(("td", row) for row in rows[2:]))
    ]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f'<div class="table"><table>{body}</table></div>'


def _inline(text: str) -> str:
    made = escape(text.strip(), quote=False)
    made = re.sub(
        r"!\[(.*?)\]\(\.\./\.\./resources/guide/(.*?)\)", r'<img alt="\1" src="\2">', made
    )
    made = re.sub(r"\[(.*?)\]\((\w+)\.md\)", r'<a href="#\2">\1</a>', made)
    made = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", made)
    made = re.sub(r"`(.*?)`", r"<code>\1</code>", made)
    made = re.sub(r"\*\*(.*?)\*\*", r"<b>\1</b>", made)
    return re.sub(r"\*(\S.*?)\*", r"<i>\1</i>", made)


if __name__ == "__main__":
    main()
