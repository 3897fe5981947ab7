"""Statistics are of the data that is open where every usable sample is as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from quantengine.data.dataset import Dataset
from quantengine.errors import DataError
from quantengine.observe.collected import collected_on, looks_collected_on
from quantengine.observe.table import CalibrationTable, of_samples

NAMES = ("a", "b", "c")


@dataclass(frozen=True, eq=False, kw_only=True)
class Letters(Dataset):
    """The sample `c` is damaged unless it says otherwise."""

    marks: str = "   "
    damaged: tuple[str, ...] = ("c",)

    def feeds(self, index: int) -> dict[str, np.ndarray]:
        if self.names[index] in self.damaged:
            raise DataError("it is damaged")
        return {"x": np.zeros(1, np.float32)}

    def digest(self, index: int) -> bytes:
        if self.names[index] in self.damaged:
            raise DataError("it is damaged")
        return f"{self.names[index]}{self.marks[index]}".encode().ljust(16)


def table(preprocessing: dict[str, str] | None = None) -> CalibrationTable:
    samples = [(name, f"{name} ".encode().ljust(16)) for name in NAMES[:2]]
    return of_samples("model", samples, (), preprocessing)


SAME = Letters(names=NAMES, description={})


@pytest.mark.parametrize(
    ("data", "looks", "holds"),
    [
        (SAME, True, True),
        (replace(SAME, names=NAMES[:2]), True, True),
        (replace(SAME, names=NAMES[:1]), False, False),
        (replace(SAME, marks=" !  "), True, False),
        (replace(SAME, damaged=()), True, False),
        (replace(SAME, damaged=("b", "c")), True, False),
    ],
    ids=["same", "without the damaged", "fewer", "changed", "mended", "gone"],
)
def test_samples_are_compared_by_what_they_hold(data: Dataset, looks: bool, holds: bool) -> None:
    assert looks_collected_on(table(), data) is looks
    assert collected_on(table(), data) is holds


def test_other_preprocessing_is_other_data() -> None:
    assert not looks_collected_on(table({"x": {"scale": 2}}), SAME)
    assert not collected_on(table({"x": {"scale": 2}}), SAME)
