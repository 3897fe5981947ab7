"""What benches take from the product is there: nothing else runs them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def names_of(module: str) -> frozenset[str]:
    """What the file of a module binds, and the modules of a package."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    inner = (child.stem for child in path.glob("*")) if path.is_dir() else ()
    return frozenset([*bound(ast.parse(file.read_text(encoding="utf-8"))), *inner])


def bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_benches_import_what_there_is() -> None:
    taken = [
        (path.name, node.module, alias.name)
        for path in sorted((ROOT / "bench").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("quantengine")
        for alias in node.names
    ]
    missing = [one for one in taken if one[2] not in names_of(str(one[1]))]
    assert len(taken) > 200 and not missing
