"""What the engine works out for the demo in most tests of the window, kept between them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from quantengine.bundled import demo_model
from quantengine.data.dataset import Dataset
from quantengine.graph.model import FloatModel
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work


class Known:
    """The demo is opened, calibrated and made once for the same question; other models never."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module, name, question in (
            ("quantengine.opening.open", "open_model", self._opened),
            ("quantengine.observe.calibrate", "calibrate", self._observed),
            ("app.outcome", "make", self._made),
        ):
            function = getattr(importlib.import_module(module), name)
            monkeypatch.setattr(f"{module}.{name}", self._kept(function, question))

    def _kept(
        self, function: Callable[..., Any], question: Callable[..., Hashable]
    ) -> Callable[..., Any]:
        def answer(*args: Any, **options: Any) -> Any:
            asked = question(*args)
            if asked is None:
                return function(*args, **options)
            if asked not in self._answers:
                self._answers[asked] = function(*args, **options)
            return self._answers[asked]

        return answer

    def _opened(self, path: Path) -> Hashable:
        return path if path == demo_model() else None

    def _observed(self, model: FloatModel, data: Dataset, *_: object) -> Hashable:
        if not self._holds(model):
            return None
        return "observed", data.names, repr(data.describe())

    def _made(self, work: Work, recipe: Recipe) -> Hashable:
        if not self._holds(work.model) or work.table is None:
            return None
        return "made", work.table, work.plan, recipe, work.judge

    def _holds(self, model: FloatModel) -> bool:
        return self._answers.get(demo_model()) is model
