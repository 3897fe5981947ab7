"""What the engine works out for the demo in most tests of the window, kept between them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from app.outcome import Outcome
from app.ready import Ready
from quantengine.bundled import demo_model
from quantengine.data.dataset import Dataset
from quantengine.graph.model import FloatModel
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work


class Known:
    """The demo is opened, calibrated, made and measured once for the same question.

    Other models are each time.
    """

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module, name, question in (
            ("quantengine.opening.open", "open_model", self._opened),
            ("quantengine.observe.calibrate", "calibrate", self._observed),
            ("app.outcome", "make", self._made),
            ("app.ready.Ready", "verdict", self._judged),
            ("app.ready.Ready", "layer_errors", self._compared),
        ):
            place = f"{module}.{name}"
            monkeypatch.setattr(place, self._kept(resolve_name(place), question))

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

    def _judged(self, _ready: Ready, outcome: Outcome, data: Dataset, _: object) -> Hashable:
        return self._measured("judged", outcome, data)

    def _compared(self, _ready: Ready, outcome: Outcome, data: Dataset, _: object) -> Hashable:
        return self._measured("compared", outcome, data)

    def _measured(self, what: str, outcome: Outcome, data: Dataset) -> Hashable:
        """Of candidates that are kept, which are the same objects for the same question."""
        if not self._holds(outcome.reference) or outcome.candidate not in self._answers.values():
            return None
        return what, outcome.candidate, outcome.work.judge, data.names, repr(data.describe())

    def _holds(self, model: FloatModel) -> bool:
        return self._answers.get(demo_model()) is model
