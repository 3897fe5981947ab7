"""What of a dump is not compared although it is there, in a sentence for each reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

import onnx

from quantengine.graph.spelling import Spellings
from quantengine.graph.walk import all_graphs, defined
from quantengine.sentence import Sentence

_MOST = 20


class Left(Enum):
    """Why an array or a file is left; the value is what is said of all of a kind."""

    INSIDE = Sentence("Not compared, as the model makes them inside a branch or a loop ({0}): {1}.")
    CONSTANT = Sentence("Not compared, as they are constants of the model ({0}): {1}.")
    TWICE = Sentence("Not compared, as another array is of the same tensor ({0}): {1}.")
    NO_FLOATS = Sentence("Not compared, as the model has no real numbers there ({0}): {1}.")
    KIND = Sentence("Not read, as files of this kind are not known here ({0}): {1}.")
    FOLDER = Sentence("Not read, as arrays lie beside these folders ({0}): {1}.")

    def said(self, names: Iterable[str]) -> Iterator[Sentence]:
        """One sentence, none where there are no names."""
        told = list(names)
        if told:
            more = ", ..." if len(told) > _MOST else ""
            yield Sentence(self.value.pattern, len(told), ", ".join(told[:_MOST]) + more)


class Elsewhere:
    """Names that the model has, but for no value of its main graph."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        _, *bodies = all_graphs(graph)
        self._known = {
            Left.CONSTANT: Spellings(tensor.name for tensor in graph.initializer),
            Left.INSIDE: Spellings(name for body in bodies for name in defined(body)),
        }

    def find(self, name: str) -> Left | None:
        """Why a name that is no value is one of the model all the same."""
        found = (kind for kind, names in self._known.items() if names.find(name) is not None)
        return next(found, None)
