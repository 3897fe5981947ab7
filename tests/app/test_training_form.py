from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args, get_type_hints

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.training_form import TrainingForm
from app.widgets.setting_field import Choice, Number
from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings
from quantengine.work.recipe import Recipe

UNUSUAL = Settings(
    method="lsq",
    methods=(("block1.*", "ewgs"), ("re:^a=b$", "ste")),
    epochs=7,
    batch=5,
    optimizer="sgd",
    weight_rate=0.123456789,
    range_rate=0.3,
    loss="distill",
    layer_loss=0.5,
    blocks=2,
    augment=False,
    held_out=0.07,
    seed=9,
    device="cpu",
    range_update="fixed",
    delta=0.25,
    hessian_every=11,
    batch_norm=True,
    freeze_at=0.29,
    memory_bytes=123_456_789,
)


@pytest.fixture
def form(qtbot: QtBot) -> TrainingForm:
    made = TrainingForm()
    qtbot.addWidget(made)
    made.show()
    return made


def shown(form: TrainingForm) -> set[str]:
    return {name for name, field in form._made.items() if field.isVisible()}


def test_every_setting_has_a_field_with_a_tooltip(form: TrainingForm) -> None:
    assert set(form.fields) == {field.name for field in fields(Settings)}
    for field in form.fields.values():
        assert field.control.toolTip()
        assert field.control.accessibleName()


def test_choices_are_those_of_the_engine(form: TrainingForm) -> None:
    words = get_type_hints(Settings)
    for name in ("method", "optimizer", "loss", "range_update"):
        field = form.fields[name]
        assert isinstance(field, Choice)
        assert set(field._values) == set(get_args(words[name]))


def test_a_recipe_comes_back_as_it_was_shown(form: TrainingForm) -> None:
    for recipe in (Recipe(("auto",), UNUSUAL), Recipe((), Settings())):
        form.show_recipe(recipe)
        assert form.recipe == recipe
    form.show_recipe(Recipe(("auto",)))
    assert form.recipe == Recipe((), Settings())


def test_what_has_no_field_stays_as_it_was(form: TrainingForm) -> None:
    form.fields.pop("seed")
    form._seldom.remove("seed")
    form.show_recipe(Recipe((), replace(UNUSUAL, seed=5)))
    assert form.settings.seed == 5


def test_what_is_rarely_changed_is_folded_away_and_counted(form: TrainingForm) -> None:
    assert shown(form) == {"method", "epochs", "weight_rate", "range_rate"}
    assert form.more.text() == "More"
    form.show_recipe(Recipe((), replace(Settings(), batch=8, seed=3, epochs=2)))
    assert form.more.text() == "More: 2 changed"
    assert "batch" not in form._made, "what nobody looks at is not made"
    form.more.click()
    assert {"batch", "seed", "methods"} < shown(form)
    form.defaults.click()
    assert form.recipe == Recipe(("auto",), Settings())


def test_only_settings_that_mean_something_are_shown(form: TrainingForm) -> None:
    form.more.click()
    method = form.fields["method"]
    assert isinstance(method, Choice)
    for name, used in (
        ("ewgs", {"delta", "hessian_every"}),
        ("lsq", set()),
        ("ste", {"range_update"}),
    ):
        method.show_value(name)
        method.changed.emit()
        assert shown(form) & {"delta", "hessian_every", "range_update"} == used
    form.fields["methods"].show_value((("a", "ewgs"),))
    form.fields["methods"].changed.emit()
    assert {"delta", "hessian_every", "range_update"} < shown(form)
    form.fields["delta"].show_value(0.1)
    form.fields["delta"].changed.emit()
    assert "hessian_every" not in shown(form)
    assert "freeze_at" not in shown(form)
    form.fields["batch_norm"].show_value(True)
    form.fields["batch_norm"].changed.emit()
    assert {"held_out", "freeze_at"} < shown(form)


def typed(form: TrainingForm, name: str, text: str) -> None:
    field = form.fields[name]
    assert isinstance(field, Number)
    field.number.setText(text)
    field.number.setModified(True)
    field.number.editingFinished.emit()


def test_numbers_are_taken_in_the_units_of_their_captions(form: TrainingForm) -> None:
    for name, text in (
        ("memory_bytes", "500"),
        ("held_out", "25"),
        ("epochs", "2.4"),
        ("delta", "0.5"),
    ):
        typed(form, name, text)
    settings = form.settings
    assert settings.memory_bytes == 500_000_000
    assert settings.held_out == 0.25
    assert settings.epochs == 2
    assert isinstance(settings.epochs, int)
    assert settings.delta == 0.5
    typed(form, "delta", "")
    assert form.settings.delta is None
    typed(form, "epochs", "")
    assert form.settings.epochs == 2


def test_methods_of_layers_are_lines(form: TrainingForm, qapp: QApplication) -> None:
    lines = form.fields["methods"].control
    lines.setPlainText("block1.* = lsq\n\n stem=ste ")
    assert form.settings.methods == (("block1.*", "lsq"), ("stem", "ste"))
    for text in ("block1.*", "= lsq", "a ="):
        lines.setPlainText(f"stem = ste\n{text}")
        assert form.problem.startswith("Line 2")
        with pytest.raises(PlanError, match="Line 2"):
            _ = form.settings
    lines.setPlainText("a = adam")
    assert "asks for method 'adam'" in form.problem
