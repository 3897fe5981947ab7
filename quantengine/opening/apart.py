"""A file compared on made-up inputs in a process that is ended where it takes too much."""

from __future__ import annotations

from quantengine.errors import ModelError
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.process.child import Child, Ended, TooLate
from quantengine.process.frame import Frame
from quantengine.sentence import Sentence

_MODULE = "quantengine.opening.child"
_SECONDS, _SECONDS_PER_BYTE = 10.0, 1e-7
_BYTES, _TIMES_THE_FILE = 2**30, 3


def compared_apart(
    model: FloatModel, *, fold: bool, monitor: Monitor
) -> tuple[list[Sentence], bool]:
    """What a person should know, and whether a network in double has to stay double.

    Raises ModelError where a rewrite is wrong, Cancelled.
    """
    seconds = _SECONDS + _SECONDS_PER_BYTE * model.file_bytes
    most_bytes = _BYTES + _TIMES_THE_FILE * model.file_bytes
    words = (str(model.path.absolute()), "fold" if fold else "plain", str(most_bytes))
    child = Child(_MODULE, words)
    try:
        told = child.ask(Frame({}), limit_s=seconds, monitor=monitor).told
    except (TooLate, Ended):
        return [
            Sentence(
                "Running the file on made-up inputs takes over {0} s or {1} GB: what opening "
                "rewrote is compared with it once there is data.",
                *(f"{seconds:.0f}", f"{most_bytes / 2**30:.0f}"),
            )
        ], False
    finally:
        child.close()
    if "fault" in told:
        raise ModelError(Sentence.from_json(told["fault"]))
    return [Sentence.from_json(note) for note in told["notes"]], bool(told["double"])
