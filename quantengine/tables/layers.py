"""Settings of a compiler for single layers: Hailo's script and RKNN's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quantengine.errors import PlanError
from quantengine.formats.dtype import IntegerType
from quantengine.sentence import Sentence
from quantengine.tables.listing import Listing, about
from quantengine.tables.table import Table, Written

_SECTION = "custom_quantize_layers:"


def _hailo(listing: Listing, _: str) -> Written:
    lines, left = [], []
    for name, mode in _modes(listing):
        if mode is None:
            left.append(name)
        else:
            lines.append(f"quantization_param([{_word(name)}], precision_mode={mode})")
    told = Sentence("Hailo has no layers of these widths, nor float ones: {0} are left out.")
    said = Sentence("Hailo's parser gives layers names of its own: put those for ours.")
    return Written("\n".join([*lines, ""]), (*about(told, left), said))


def _modes(listing: Listing) -> Iterator[tuple[str, str | None]]:
    known = {(8, 8): "a8_w8", (8, 4): "a8_w4", (16, 8): "a16_w8", (16, 16): "a16_w16"}
    for row in listing.layers:
        if row.weight is None:
            continue
        widths = tuple(_bits(kind) for kind in (row.activations, row.weights))
        yield row.name, known.get((widths[0], widths[1]))


def _bits(kind: str | None) -> int:
    """Of the type of an integer; 0 of what is float or found while running."""
    return IntegerType.parse(kind).bits if kind is not None and "int" in kind else 0


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name).strip("_")


def _rknn(listing: Listing, given: str) -> Written:
    """Lines below the section of the text; nothing else of it is touched."""
    lines = given.splitlines(keepends=True)
    places = [i for i, line in enumerate(lines) if line.strip().startswith(_SECTION)]
    if not places:
        raise PlanError(
            "The file has no line '{0}': give the .quantization.cfg that RKNN's hybrid "
            "quantization wrote in its first step.",
            _SECTION,
        )
    there = re.findall(r"^    (\S+):", given, re.MULTILINE)
    wanted = [(n, kind) for n, kind in _kinds(listing) if n not in there]
    ending = "\r\n" if lines[places[0]].endswith("\r\n") else "\n"
    lines[places[0]] = f"{_SECTION}{ending}"
    lines[places[0] + 1 : places[0] + 1] = [f"    {n}: {kind}{ending}" for n, kind in wanted]
    return Written("".join(lines))


def _kinds(listing: Listing) -> Iterator[tuple[str, str]]:
    """By output tensor, as RKNN names layers: what does not stay int8."""
    for name in listing.kept_float():
        yield listing.output_of(name), "float16"
    for row in listing.layers:
        if _bits(row.output_type) == 16:
            yield listing.output_of(row.name), "int16"


HAILO = Table("hailo", "precision of layers as a Hailo model script (.alls)", _hailo)
RKNN = Table("rknn", "layers of another type, put into RKNN's .quantization.cfg", _rknn, True)
