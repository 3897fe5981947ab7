"""What onnxruntime refuses, said so that a person knows what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

from quantengine.sentence import Sentence

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
_CODE = re.compile(r"\[ONNXRuntimeError\] : \d+ : \w+ : ")
_LOADING = re.compile(r"^Load model from .*? failed: ?")
_LAYOUT = "_nchwc"
"""What onnxruntime puts behind the names of nodes it lays out anew."""


def refusal(error: Exception) -> Sentence:
    """What is wrong and what to do, without the full stop; the first line where it is not known."""
    text = str(error).strip()
    if isinstance(error, MemoryError):
        return _no_memory()
    for pattern, said in KINDS:
        found = re.search(pattern, text)
        if found is not None:
            if isinstance(said, str):
                return Sentence(said, found[0], *found.groups())
            return said(text, found)
    return Sentence(_cleaned(text) or type(error).__name__)


def _size(text: str, found: re.Match[str]) -> Sentence:
    axes = re.findall(r"index: (\d+) Got: (\d+) Expected: (\d+)", text)
    got, wanted = ("x".join(each[place] for each in axes) for place in (1, 2))
    return Sentence(
        "input '{0}' has {1} along axis {2}, but {3} is what this network takes: resize or cut the "
        "samples to it",
        found[1],
        got,
        " and ".join(axis for axis, *_ in axes),
        wanted,
    )


def _rank(_text: str, found: re.Match[str]) -> Sentence:
    return Sentence(
        "input '{0}' has {1}, but {2} is what this network takes: give samples of that shape",
        found[1],
        Sentence("1 axis") if found[2] == "1" else Sentence("{0} axes", found[2]),
        found[3],
    )


def _opset(text: str, found: re.Match[str]) -> Sentence:
    last = re.search(r"is till opset (\d+)", text)
    if last is None:
        return Sentence(
            "the file has opset {0}: export it with a lower one, or update onnxruntime", found[1]
        )
    return Sentence(
        "the file has opset {0} and it knows up to {1}: export it with a lower one, or update "
        "onnxruntime",
        found[1],
        last[1],
    )


def _allocation(_text: str, found: re.Match[str]) -> Sentence:
    return Sentence(
        "the memory does not suffice ({0} bytes were asked for at once): use smaller inputs, or "
        "close other programs",
        f"{int(found[1]):,}",
    )


def _no_memory(*_: object) -> Sentence:
    return Sentence("the memory does not suffice: use smaller inputs, or close other programs")


def _node(_text: str, found: re.Match[str]) -> Sentence:
    operator, name, why = found[1], found[2].removesuffix(_LAYOUT), _cleaned(found[3])
    node = (
        Sentence("node '{0}' ({1})", name, operator) if name else Sentence("a node {0}", operator)
    )
    if "out of data bounds" in why:
        return Sentence(
            "{0} is asked for what lies beyond its table ({1}): the data holds indices of another "
            "vocabulary or of more classes",
            node,
            why,
        )
    return Sentence(
        "{0} cannot take what it gets ({1}): give samples of the size and shape that the network "
        "was exported for",
        node,
        why,
    )


def _cleaned(text: str) -> str:
    """Without places in onnxruntime's own code."""
    first = next((line for line in text.splitlines() if line.strip()), "").strip()
    first = _CODE.split(first)[-1]
    first = _PLACE.sub("", _LOADING.sub("", first))
    first = _SIGNATURE.sub("", first).rpartition(" was false. ")[2]
    return first.strip().rstrip(".")


KINDS: tuple[tuple[str | re.Pattern[str], str | Callable[[str, re.Match[str]], Sentence]], ...] = (
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
    (
        r"Failed to construct locale with name: ?([\w.-]+?)(?=[:\s]|$)",
        "it needs the locale {1}, which this machine does not have: install that, or export the "
        "model without the step on text",
    ),
    (
        r"Constant node: .*has no data attributes",
        "a Constant of the file holds no value: export the model again",
    ),
    (r"Failed to allocate memory for requested buffer of size (\d+)", _allocation),
    (r"bad_alloc|[Oo]ut of memory", _no_memory),
    (r"INVALID_PROTOBUF", "it is no ONNX model or was cut off: export it again"),
    (_NODE, _node),
)
"""The first that fits says it: in a sentence with the places `{1}`, `{2}`, or by a function."""
