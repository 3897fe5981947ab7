from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Bytecode is kept, whatever the machine says: without it both workers compile every source and
# rewrite every test anew (12 s each), and so does every process that a test starts (1 s).
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

LONGEST = (
    *("engine/test_cli_commands", "engine/test_shown", "app/test_installed"),
    *("app/test_shown", "app/test_finetune_view", "app/test_soak", "app/test_flow"),
    *("app/test_projects", "engine/test_written_forms", "app/test_graph", "app/test_export"),
    *("engine/test_random_networks", "engine/test_fuzz", "engine/test_ranges_methods"),
)
"""Files that take 20 s and more: begun last, one of them would run alone in the end."""
_SEEN: set[str] = set()
_IMPORTED: list[tuple[np.random.BitGenerator, Any]] = []
"""What generators of random numbers were like once their module was imported."""
SUITE = Path(__file__).resolve().parent
SHARED = SUITE.parents[1] / "shared"


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the longest files first, all others as they are."""
    places = {SUITE / f"{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """What is imported stays: what a test leaves is looked through often, and found soon."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Every test draws the same numbers, whichever ran before it on its worker."""
    for name in [*sys.modules]:
        if name not in _SEEN and name.startswith("tests."):
            made = vars(sys.modules[name]).values()
            drawn = [each.bit_generator for each in made if isinstance(each, np.random.Generator)]
            _IMPORTED.extend((bits, bits.state) for bits in drawn)
    _SEEN.update(sys.modules)
    for bits, state in _IMPORTED:
        bits.state = state
