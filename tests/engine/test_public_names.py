from __future__ import annotations

import importlib

import pytest

import quantengine


@pytest.mark.parametrize("name", quantengine.__all__)
def test_every_public_name_is_there_and_hidden_by_no_module(name: str) -> None:
    for room in ("recover.auto", "work.search"):
        importlib.import_module(f"quantengine.{room}")
    found = getattr(quantengine, name)
    assert not hasattr(found, "__path__")
    assert name in dir(quantengine)


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        quantengine.nothing  # noqa: B018
