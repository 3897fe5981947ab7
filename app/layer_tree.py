"""Layers grouped by the modules they lie in, as their names tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .layer_names import short_names


@dataclass(frozen=True)
class Module:
    """A folder of names; `children` are modules and places of layers, in order of execution."""

    path: str
    label: str
    children: tuple[Module | int, ...]
    layers: tuple[int, ...]
    """The places of all layers in it, however deep."""


@dataclass(frozen=True)
class LayerTree:
    """`short` is a layer's name without what all share, `labels` what is left of it in its module.

    A name that is no path, or lies alone in its module, stands at the root.
    """

    names: tuple[str, ...]
    short: tuple[str, ...]
    labels: tuple[str, ...]
    children: tuple[Module | int, ...]
    above: tuple[tuple[str, ...], ...]
    """By layer, the paths of the modules it lies in, the outermost first."""


def layer_tree(names: Sequence[str]) -> LayerTree:
    short = short_names(names)
    separator = "/" if any("/" in name for name in short) else "."
    root = _Folder()
    for place, name in enumerate(short):
        root.add(_parts(name, separator), place)
    grown = _Growing(separator, list(short), [()] * len(short))
    children = grown.children(root, ())
    return LayerTree(tuple(names), short, tuple(grown.labels), children, tuple(grown.above))


@dataclass
class _Folder:
    """While it is filled; a layer is held under its last part."""

    entries: dict[tuple[str, int], _Folder | int] = field(default_factory=dict)
    """By part of the name: a folder under -1, layers under their place."""

    def add(self, parts: list[str], place: int) -> None:
        folder = self
        for part in parts[:-1]:
            found = folder.entries.setdefault((part, -1), _Folder())
            assert isinstance(found, _Folder)
            folder = found
        folder.entries[parts[-1], place] = place


@dataclass
class _Growing:
    separator: str
    labels: list[str]
    above: list[tuple[str, ...]]

    def children(self, folder: _Folder, modules: tuple[str, ...]) -> tuple[Module | int, ...]:
        return tuple(
            self._child(part, entry, modules) for (part, _), entry in folder.entries.items()
        )

    def _child(self, label: str, entry: _Folder | int, modules: tuple[str, ...]) -> Module | int:
        while isinstance(entry, _Folder) and len(entry.entries) == 1:
            ((below, _), entry), *_ = entry.entries.items()
            label = f"{label}{self.separator}{below}"
        if isinstance(entry, int):
            self.labels[entry], self.above[entry] = label, modules
            return entry
        path = self.separator.join((*modules[-1:], label))
        children = self.children(entry, (*modules, path))
        return Module(path, label, children, _layers(children))


def _parts(name: str, separator: str) -> list[str]:
    """A number says nothing without its noun: `layer.0` is one part."""
    parts: list[str] = []
    for part in filter(None, name.split(separator)):
        if parts and separator == "." and part.isdigit():
            parts[-1] += f".{part}"
        else:
            parts.append(part)
    return parts or [name]


def _layers(children: tuple[Module | int, ...]) -> tuple[int, ...]:
    found: list[int] = []
    for child in children:
        found += [child] if isinstance(child, int) else child.layers
    return tuple(found)
