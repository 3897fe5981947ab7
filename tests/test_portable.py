"""What exists on one system alone stands behind a question or has another branch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(p for room in ("quantengine", "app") for p in (ROOT / room).rglob("*.py"))

ONE_SYSTEM = {"fcntl", "grp", "msvcrt", "pty", "pwd", "resource", "syslog", "termios", "winreg"}
POSIX_CALLS = {
    "fork", "forkpty", "geteuid", "getuid", "killpg", "mkfifo", "nice", "sched_getaffinity",
    "setsid", "statvfs", "sync", "uname", "wait", "waitpid",
}  # fmt: skip
PLACES = ("/proc/", "/dev/", "/sys/", "/etc/", "/tmp")
ANSWERED = {
    ("quantengine/files.py", "import fcntl"),  # in a try whose except is Windows
    ("quantengine/finetune/memory.py", "import resource"),  # in a try whose except is Windows
    ("quantengine/process/limit.py", "import resource"),  # in a try that systems without it leave
    ("quantengine/process/limit.py", "/proc/self/statm"),  # the same where it cannot be read
    ("quantengine/process/child.py", "os.killpg"),  # asked for with hasattr
    ("quantengine/process/serve.py", "os.killpg"),  # the same
    ("quantengine/finetune/memory.py", "/proc/self/status"),  # the same where it cannot be read
}


def test_nothing_of_one_system_alone_is_used() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), what)
        for path in SOURCES
        for what in _of_one_system(_parsed(path))
    }
    assert found == ANSWERED


def test_text_is_read_and_written_as_utf8() -> None:
    """The system's own encoding is not UTF-8 everywhere."""
    left = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(_parsed(path))
        if isinstance(node, ast.Call) and _takes_encoding(node)
        if all(word.arg != "encoding" for word in node.keywords)
    ]
    assert left == []


def _takes_encoding(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("read_text", "write_text")


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _of_one_system(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"import {n.name}" for n in names if n.name in ONE_SYSTEM)
            case ast.ImportFrom(module=str(module)) if module in ONE_SYSTEM:
                yield f"import {module}"
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in POSIX_CALLS:
                yield f"os.{name}"
            case ast.Constant(value=str(text)) if text.startswith(PLACES):
                yield text


def test_the_check_sees_what_it_looks_for() -> None:
    bad = "import fcntl\nfrom pwd import getpwuid\nos.fork()\nopen('/proc/self/maps')\n"
    found = ["/proc/self/maps", "import fcntl", "import pwd", "os.fork"]
    assert sorted(_of_one_system(ast.parse(bad))) == found
