"""`python -m quantengine.metric.child FILE NAME SHA256`: calls a metric for who asks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from quantengine.data.dataset import Sample
from quantengine.metric.function import Faulty, Function, function_in
from quantengine.process.frame import Frame
from quantengine.process.serve import serve


class _Metric:
    """Opens the function with the first message, and calls it with every other."""

    def __init__(self, path: Path, name: str, digest: str) -> None:
        self._path, self._name, self._digest = path, name, digest
        self._function: Function | None = None

    def __call__(self, asked: Frame) -> Frame:
        try:
            if self._function is None:
                self._function = found = function_in(self._path, self._name, self._digest)
                return Frame({"wanted": found.wanted, "lower_is_better": found.lower_is_better})
            return Frame({"values": self._function(_given(asked))})
        except Faulty as error:
            return Frame({"fault": str(error), "line": error.line})
        except OSError as error:
            return Frame({"fault": error.strerror or str(error), "line": None})


def _given(asked: Frame) -> dict[str, Any]:
    """Arrays in their groups: outputs by name, and those that feed the sample."""
    given: dict[str, Any] = {name: {} for name in asked.told["groups"]}
    for key, values in asked.arrays.items():
        group, _, name = key.partition("/")
        given[group][name] = values
    if "sample" in given:
        told = asked.told["sample"]
        given["sample"] = Sample(told["name"], given["sample"], told["label"])
    return given


if __name__ == "__main__":
    serve(_Metric(Path(sys.argv[1]), *sys.argv[2:4]))
