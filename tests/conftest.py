from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_IMPORTED: dict[int, Mapping[str, object]] = {}
"""What generators of random numbers were like once their module was imported."""
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow-jobs",
        type=int,
        metavar="SEED",
        help="whatever work of the window tells arrives up to half a second late, to find races",
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real models and data beside the checkout; tests that need them skip without."""
    if not (SHARED / "models").is_dir():
        pytest.skip("needs the real models and data in ../shared")
    return SHARED


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Every test draws the same numbers, whichever ran before it on its worker."""
    for name, module in sys.modules.copy().items():  # threads of tests before it import more
        if name.startswith("tests."):
            for drawn in vars(module).values():
                if isinstance(drawn, np.random.Generator):
                    bits = drawn.bit_generator
                    bits.state = _IMPORTED.setdefault(id(drawn), bits.state)
