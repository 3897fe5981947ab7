from __future__ import annotations

from quantengine.counted import counted


def test_one_is_no_plural() -> None:
    assert [counted(n, "sample") for n in (0, 1, 2, 1234)] == [
        "0 samples",
        "1 sample",
        "2 samples",
        "1,234 samples",
    ]
