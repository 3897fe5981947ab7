"""`python -m quantengine.opening.child FILE FOLD BYTES`: compares a file that may never end."""

from __future__ import annotations

import sys
from functools import partial

from quantengine.errors import QuantError
from quantengine.graph.load import open_model
from quantengine.opening.check import check_on_seeds, keeps_double
from quantengine.opening.types import asked_types
from quantengine.process.frame import Frame
from quantengine.process.limit import limit_memory
from quantengine.process.serve import serve
from quantengine.sentence import Sentence


def _compared(path: str, fold: bool) -> Frame:
    load = partial(open_model, path, fold=fold, ask=asked_types)
    try:
        model = load()
        double = keeps_double(model)
        notes = check_on_seeds(load(keep_double=True) if double else model)
    except QuantError as error:
        return Frame({"fault": error.sentence.to_json()})
    told = [note.to_json() if isinstance(note, Sentence) else note for note in notes]
    return Frame({"notes": told, "double": double})


if __name__ == "__main__":
    limit_memory(int(sys.argv[3]))
    serve(lambda _: _compared(sys.argv[1], sys.argv[2] == "fold"))
