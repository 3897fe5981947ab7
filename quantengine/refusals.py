"""What onnxruntime refuses, said so that a person knows what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

_UNKNOWN_OPERATOR = (
    "it does not know the operator {1}: export the model with standard operators, or update "
    "onnxruntime"
)
_NODE = re.compile(
    r"Non-zero status code returned while running (\w+) node\. Name:'(.*?)' Status Message: (.*)",
    re.DOTALL,
)
_PLACE = re.compile(r"^\S+\.(?:cc|h|cpp):\d+ ")
_SIGNATURE = re.compile(r"^[^.]*?\w+::~?\w+\([^()]*(?:\(\))?[^()]*\)(?: const)? ")
_CODE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_LAYOUT = "_nchwc"
"""What onnxruntime puts behind the names of nodes it lays out anew."""


def refusal(error: Exception) -> str:
    """What is wrong and what to do, without the full stop; the first line where it is not known."""
    text = str(error).strip()
    if isinstance(error, MemoryError):
        return _memory(None)
    for pattern, said in _KINDS:
        found = re.search(pattern, text)
        if found is not None:
            if isinstance(said, str):
                return said.format(found[0], *found.groups())
            return said(text, found)
    return _cleaned(text) or type(error).__name__


def _size(text: str, found: re.Match[str]) -> str:
    axes = re.findall(r"index: (\d+) Got: (\d+) Expected: (\d+)", text)
    got, wanted = ("x".join(each[place] for each in axes) for place in (1, 2))
    where = " and ".join(axis for axis, *_ in axes)
    return (
        f"input '{found[1]}' has {got} along axis {where}, but {wanted} is what this network "
        "takes: resize or cut the samples to it"
    )


def _rank(_text: str, found: re.Match[str]) -> str:
    got = "1 axis" if found[2] == "1" else f"{found[2]} axes"
    return (
        f"input '{found[1]}' has {got}, but {found[3]} is what this network takes: give samples "
        "of that shape"
    )


def _opset(text: str, found: re.Match[str]) -> str:
    last = re.search(r"is till opset (\d+)", text)
    most = "" if last is None else f" and it knows up to {last[1]}"
    return f"the file has opset {found[1]}{most}: export it with a lower one, or update onnxruntime"


def _allocation(_text: str, found: re.Match[str]) -> str:
    return _memory(int(found[1]))


def _no_memory(_text: str, _found: re.Match[str]) -> str:
    return _memory(None)


def _memory(count: int | None) -> str:
    asked = "" if count is None else f" ({count:,} bytes were asked for at once)"
    return f"the memory does not suffice{asked}: use smaller inputs, or close other programs"


def _node(_text: str, found: re.Match[str]) -> str:
    operator, name, why = found[1], found[2].removesuffix(_LAYOUT), _cleaned(found[3])
    node = f"node '{name}' ({operator})" if name else f"a node {operator}"
    if "out of data bounds" in why:
        return (
            f"{node} is asked for what lies beyond its table ({why}): the data holds indices of "
            "another vocabulary or of more classes"
        )
    return (
        f"{node} cannot take what it gets ({why}): give samples of the size and shape that the "
        "network was exported for"
    )


def _cleaned(text: str) -> str:
    """Without places in onnxruntime's own code."""
    first = next((line for line in text.splitlines() if line.strip()), "").strip()
    first = _PLACE.sub("", _CODE.sub("", first))
    first = _SIGNATURE.sub("", first).rpartition(" was false. ")[2]
    return first.strip().rstrip(".")


_KINDS: tuple[tuple[str | re.Pattern[str], str | Callable[[str, re.Match[str]], str]], ...] = (
    (r"Got invalid dimensions for input: (\S+)", _size),
    (r"Invalid rank for input: (\S+) Got: (\d+) Expected: (\d+)", _rank),
    (
        r"Unexpected input data type\. Actual: \(tensor\((\w+)\)\) , expected: \(tensor\((\w+)",
        "an input comes as {1}, but {2} is what this network takes: convert the data",
    ),
    (
        r"Required inputs \(\[(.*)\]\) are missing",
        "nothing is fed to {1}: give data for every input of the network",
    ),
    (
        r"Invalid (input|output) name: ?(\S+)",
        "the network has no {1} '{2}': use the names it has",
    ),
    (r"Fatal error: (\S+?)\(-?\d+\) is not a registered", _UNKNOWN_OPERATOR),
    (r"No Op registered for (\w+)", _UNKNOWN_OPERATOR),
    (
        r"Could not find an implementation for (\w+)\((\d+)\) node with name '(.*?)'",
        "it has no {1} of opset {2} and later for the types of node '{3}': export the model in "
        "float32 and with an older opset, or update onnxruntime",
    ),
    (
        r"Batchwise recurrent operations",
        "it runs no recurrent layer with batches first: export the model with layout 0",
    ),
    (
        r"must have the shape set for all outputs but (\S+) did not",
        "the body of a Scan does not tell the shape of '{1}', which it has to know: export the "
        "model with the shapes of bodies",
    ),
    (
        r"Type 'tensor\((\w+)\)' of input parameter .* of operator \((\w+)\)",
        "operator {2} takes no {1}: export the model in float32",
    ),
    (
        r"Unsupported model IR version: (\d+), max supported IR version: (\d+)",
        "the file has IR version {1} and it reads up to {2}: export it with an older exporter, or "
        "update onnxruntime",
    ),
    (r"Opset (\d+) is under development", _opset),
    (r"Failed to allocate memory for requested buffer of size (\d+)", _allocation),
    (r"bad_alloc|[Oo]ut of memory", _no_memory),
    (r"INVALID_PROTOBUF", "it is no ONNX model or was cut off: export it again"),
    (_NODE, _node),
)
"""The first that fits says it: in a sentence with the places `{1}`, `{2}`, or by a function."""
