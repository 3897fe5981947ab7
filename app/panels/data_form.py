"""What can be said about the data: how images are prepared, and what feeds which input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPushButton, QWidget

from quantengine.data.options import DataOptions, InputOptions

from ..entries import count, mapping, mapping_text, numbers, said, side
from ..text import in_line
from ..widgets.form_labels import level_labels
from ..widgets.label import Label
from .data_fields import FORCED, GUESS, DataFields

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.data.preprocessing import Preprocessing

_COLOURS = ("bgr", "grey", "luma")


class DataForm(DataFields):
    """What was said is text, what was guessed is shown as a placeholder."""

    wanted = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, InputOptions] = {}
        self._own: Mapping[str, InputOptions] = {}
        """Of each input, what is in use; `_said` may be ahead of it."""
        self._filled: dict[QWidget, str] = {}
        """Of each field, what is in use; another text was typed since."""
        self._used: Mapping[str, Preprocessing] = {}
        self._shown = ""
        self.input_.activated.connect(lambda _place: self._change_input())
        self.proposal.clicked.connect(
            lambda _checked: self.loops.setText(self.proposal.property("states"))
        )
        self._make_foot()
        self._lay_out()

    def forget_typed(self) -> None:
        """What was typed is of another model."""
        self._filled, self._own, self._said = {}, {}, {}

    def note_applied(self) -> None:
        """What was typed is what is asked for now."""
        self._own = self._said = {**self._said, self._shown: self._read_input()}
        self._filled = {field: _text(field) for field in self._filled}
        self._note_typed()

    def show_options(
        self, options: DataOptions, dataset: Dataset | None, states: Mapping[str, str] | None
    ) -> None:
        """What was typed and not applied stays.

        `states` are inputs that look like what outputs feed back, None: nothing can be fed back.
        """
        self._used = {} if dataset is None else dataset.preprocessing
        names = list(self._used) or [""]
        typed = {name: said for name, said in self._said.items() if said != self._own.get(name)}
        own = {name: options.of(name, first=name == names[0]) for name in names}
        self._own = {n: InputOptions(preset="raw") if o.raw else o for n, o in own.items()}
        self._said = {name: typed.get(name, said) for name, said in self._own.items()}
        shown = self._shown if self._shown in names else names[0]
        self.input_.clear()
        for name in names:
            self.input_.addItem(in_line(name), name)
        self.input_.setCurrentIndex(names.index(shown))
        told = {} if dataset is None else dataset.description
        mapped = told.get("mapping", {})
        for field, value, guessed in (
            (self.limit, options.limit, dataset and len(dataset)),
            (self.start, options.start, 0),
            (self.stop, options.stop, None),
            (self.images, options.images, None),
            (self.labels, options.labels, told.get("labels")),
            (self.stored, options.stored, told.get("stored")),
            (self.rate, options.rate, told.get("rate")),
            (self.frames, options.frames, told.get("frames")),
            (self.mapping, mapping_text(options.mapping), mapping_text(mapped)),
            (self.loops, mapping_text(options.loops), None),
        ):
            self._fill(field, value, value, guessed)
        self._choose(self.forced, FORCED if options.teacher_forced else GUESS)
        self._propose(states, has_loops=bool(options.loops))
        self.stop.setPlaceholderText(self.tr("the last"))
        for part in self._of_images:
            self._form.setRowVisible(part, bool(self._used) or dataset is None)
        for part, word in ((self.stored, "stored"), (self.rate, "rate"), (self.frames, "rate")):
            said = getattr(options, word) is not None
            self._form.setRowVisible(part, said or dataset is None or word in told)
        self._form.setRowVisible(self.input_, len(names) > 1)
        self._show_input(shown)
        self._note_typed()

    def options(self, before: DataOptions) -> DataOptions:
        """What the form says; raises ValueError with a sentence."""
        said = {**self._said, self._shown: self._read_input()}
        first = next(iter(said))
        others = {name: own for name, own in before.inputs.items() if name not in said}
        others |= {name: own for name, own in said.items() if name != first and own.said}
        flags = {f.name: getattr(said[first], f.name) for f in fields(InputOptions)}
        del flags["raw"]
        return replace(
            before,
            **flags,
            inputs=others,
            start=count(self.start.text(), least=0),
            stop=count(self.stop.text()),
            limit=count(self.limit.text()),
            stored=self.stored.text().strip() or None,
            rate=count(self.rate.text()),
            frames=count(self.frames.text()),
            images=self.images.text().strip() or None,
            labels=self.labels.text().strip() or None,
            mapping=mapping(self.mapping.text()),
            loops={name: str(made) for name, made in mapping(self.loops.text()).items()},
            teacher_forced=self.forced.currentData() == FORCED,
        )

    def _change_input(self) -> None:
        """Shows another input; what was typed about the one before is kept."""
        try:
            self._said = {**self._said, self._shown: self._read_input()}
        except ValueError as error:
            self.input_.setCurrentText(self._shown)
            self.refused.emit(str(error))
            return
        for field in self._of_images:
            self._filled.pop(field, None)
        self._show_input(self.input_.currentData())
        self._note_typed()

    def _show_input(self, name: str) -> None:
        self._shown = name
        now, own, used = self._said[name], self._own[name], self._used.get(name)
        for combo, chosen, in_use in (
            (self.preset, now.preset, own.preset),
            (self.colour, _colour(now), _colour(own)),
            (self.layout_, now.layout, own.layout),
            (self.fit, now.fit, own.fit),
        ):
            if chosen and combo.findData(chosen) < 0:
                combo.addItem(chosen, chosen)
            self._choose(combo, chosen or GUESS, in_use or GUESS)
        for field, part in (
            (self.resize_, "resize"),
            (self.crop, "crop"),
            (self.mean, "mean"),
            (self.std, "std"),
        ):
            guessed = used and getattr(used, part)
            self._fill(field, getattr(now, part), getattr(own, part), guessed)
        self.formula.setText("" if used is None else self.tr("value = {0}").format(used.formula))

    def _choose(self, combo: QComboBox, chosen: str, in_use: str | None = None) -> None:
        if not self._is_typed(combo):
            combo.setCurrentIndex(max(combo.findData(chosen), 0))
            self._filled[combo] = chosen if in_use is None else in_use

    def _propose(self, states: Mapping[str, str] | None, *, has_loops: bool) -> None:
        """Offers what the model looks like; nothing is fed back that nobody asked for."""
        text = mapping_text(states or {})
        self.proposal.setText(self.tr("Use {0}").format(in_line(text)))
        self.proposal.setProperty("states", text)
        self._form.setRowVisible(self.loops, has_loops or states is not None)
        self._form.setRowVisible(self.proposal, bool(states) and not has_loops)
        self._form.setRowVisible(self.forced, has_loops)

    def _fill(self, field: QLineEdit, value: object, in_use: object, guessed: object) -> None:
        if not self._is_typed(field):
            field.setText(said(value))
            field.setCursorPosition(0)  # of what is long the beginning is seen
            self._filled[field] = said(in_use)
        field.setPlaceholderText(said(guessed) or self.tr("none"))

    def _is_typed(self, field: QWidget) -> bool:
        """Whether it says something else than what is in use."""
        return field in self._filled and _text(field) != self._filled[field]

    def _note_typed(self) -> None:
        """Shows whether there is something to apply."""
        ahead = any(said != self._own.get(name) for name, said in self._said.items())
        self.typed.setVisible(ahead or any(map(self._is_typed, self._filled)))

    def _read_input(self) -> InputOptions:
        colour = self.colour.currentData()
        return InputOptions(
            preset=self.preset.currentData() or None,
            resize=side(self.resize_.text()),
            crop=side(self.crop.text()),
            fit=self.fit.currentData() or None,
            mean=numbers(self.mean.text()),
            std=numbers(self.std.text()),
            bgr=colour == "bgr",
            grey=colour == "grey",
            luma=colour == "luma",
            layout=self.layout_.currentData() or None,
        )

    def _make_foot(self) -> None:
        self.button = QPushButton(self.tr("Apply"))
        self.button.clicked.connect(lambda _checked: self.wanted.emit())
        self.typed = Label(self.tr("Typed, and not applied yet."))
        self.typed.setWordWrap(True)
        self.typed.hide()
        self.formula = Label()
        self.formula.setWordWrap(True)
        self.formula.setProperty("dim", True)

    def _lay_out(self) -> None:
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(6)
        self._of_images = (
            self.preset,
            self.colour,
            self.resize_,
            self.crop,
            self.fit,
            self.mean,
            self.std,
            self.layout_,
        )
        rows: tuple[tuple[str, QComboBox | QLineEdit], ...] = (
            (self.tr("Fed back"), self.loops),
            (self.tr("Steps"), self.forced),
            (self.tr("Input"), self.input_),
            (self.tr("Preset"), self.preset),
            (self.tr("Colour"), self.colour),
            (self.tr("Resize"), self.resize_),
            (self.tr("Crop"), self.crop),
            (self.tr("Fit"), self.fit),
            (self.tr("Mean"), self.mean),
            (self.tr("Std"), self.std),
            (self.tr("Layout"), self.layout_),
            (self.tr("Samples"), self.limit),
            (self.tr("From"), self.start),
            (self.tr("Up to"), self.stop),
            (self.tr("Stored as"), self.stored),
            (self.tr("Rate"), self.rate),
            (self.tr("Piece"), self.frames),
            (self.tr("Images"), self.images),
            (self.tr("Labels"), self.labels),
            (self.tr("Inputs"), self.mapping),
        )
        for name, field in rows:
            field.setAccessibleName(name)
            self._form.addRow(name, field)
            if isinstance(field, QLineEdit):
                field.returnPressed.connect(self.wanted)
                field.textChanged.connect(self._note_typed)
            elif field is not self.input_:
                field.currentIndexChanged.connect(self._note_typed)
        self._form.insertRow(1, "", self.proposal)
        self._form.addRow("", self.button)
        self._form.addRow(self.typed)
        self._form.addRow(self.formula)
        level_labels(self._form)


def _colour(own: InputOptions) -> str:
    return next((word for word in _COLOURS if getattr(own, word)), GUESS)


def _text(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.text()
    assert isinstance(field, QComboBox)
    return str(field.currentData())
