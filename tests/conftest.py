from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

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
