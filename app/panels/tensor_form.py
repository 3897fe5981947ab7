"""The form of one tensor's decisions: type, symmetry, granularity, method, range."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QWidget,
)

from quantengine.formats.granularity import PER_CHANNEL, PER_TENSOR, InBlocks, PlannedGranularity
from quantengine.plan import TensorPlan
from quantengine.ranges.registry import METHODS, Method, Parameter
from quantengine.ranges.words import WORDS
from quantengine.targets import Target

from ..edits import ACTIVATIONS, WEIGHTS
from ..text import granularity_text, number
from ..widgets.choice_box import ChoiceBox
from ..widgets.form_labels import level_labels
from ..widgets.label import Label, plain_tip
from ..widgets.number_field import NumberField
from ..widgets.row import horizontal
from ..widgets.segments import Segments
from ..widgets.word_field import WordField

BITS = {WEIGHTS: (1, 2, 3, 4, 6, 8, 16), ACTIVATIONS: (2, 4, 8, 16)}
BLOCKS = (16, 32, 64, 128)

T = TypeVar("T")


class TensorForm(QGroupBox):
    """`changed` carries settings of TensorPlan; what differs among plans is shown blank.

    `bits` and `granularity` lie where who owns the form puts them.
    """

    changed = Signal(object)

    def __init__(self, title: str, role: str) -> None:
        super().__init__(title)
        self._role = role
        self._parameters: dict[str, NumberField | WordField] = {}
        self.reason = Label()
        self.reason.setWordWrap(True)
        self.reason.setProperty("dim", True)
        bits = self.tr("Bits")
        self.bits = Segments(
            f"{title} {bits}",
            [(width, str(width)) for width in BITS[role]],
            self.tr(
                "Fewer bits: smaller and faster, 6 dB less SQNR for each.\n"
                "Widths other than 4, 8 and 16 are stored in the next larger type."
            ),
        )
        self.symmetric = QCheckBox(self.tr("Symmetric"))
        self.symmetric.setToolTip(
            self.tr(
                "The zero point lies in the middle. Asymmetric ranges fit one-sided values,\n"
                "as after a Relu, one bit better."
            )
        )
        self.granularity = self._combo(self.tr("Granularity"), _granularities())
        names = [n for n, m in METHODS.items() if m.for_weights or role != WEIGHTS]
        self.method = self._combo(self.tr("Method"), [(name, name) for name in names])
        for place, name in enumerate(names):
            self.method.setItemData(
                place, plain_tip(METHODS[name].text), Qt.ItemDataRole.ToolTipRole
            )
        self.low = NumberField(self.tr("Low by hand"))
        self.high = NumberField(self.tr("High by hand"))
        self._form = QFormLayout(self)
        self._lay_out()
        self._connect()

    def show_plans(
        self, plans: Sequence[TensorPlan], reason: str = "", blocks: bool = False
    ) -> None:
        """Shows what the plans share; `reason` says why there is nothing to set."""
        usable = bool(plans) and not reason
        self.reason.setText(reason)
        self._form.setRowVisible(self.reason, not usable)
        for row in self._rows:
            self._form.setRowVisible(row, usable)
        self.bits.setEnabled(usable)
        self.granularity.setEnabled(usable)
        if not usable:
            self.bits.show_value(None)
            self._select(self.granularity, None)
            self._show_parameters([])
            return
        self.bits.show_value(_shared(p.integer and p.integer.bits for p in plans))
        self._select(self.granularity, _shared(p.granularity for p in plans))
        self._select(self.method, _shared(p.method for p in plans))
        self._allow_blocks(blocks)
        symmetric = _shared(p.symmetric for p in plans)
        state = Qt.CheckState.PartiallyChecked
        if symmetric is not None:
            state = Qt.CheckState.Checked if symmetric else Qt.CheckState.Unchecked
        self.symmetric.setCheckState(state)
        self.low.set_value(_shared(p.low for p in plans))
        self.high.set_value(_shared(p.high for p in plans))
        method = _shared_method(plans)
        self.method.setToolTip(
            plain_tip(self.tr("Not the same for all") if method is None else method.text)
        )
        self._show_parameters(plans)

    def suit(self, target: Target) -> None:
        """Offers what the target takes; one without rules takes all."""
        free, weights = not target.is_asking, self._role == WEIGHTS
        widths = target.widths.weights if weights else target.widths.activations
        for width, button in self.bits.buttons.items():
            button.setVisible(free or width in widths or button.isChecked())
        middle = target.symmetric_weights if weights else target.symmetric
        self.symmetric.setEnabled(free or not middle)
        single = not free and target.plan.weights.granularity == PER_TENSOR
        self._allow(PER_CHANNEL, not single, self.tr("The target takes one scale for a weight"))

    def show_found(self, low: float | None, high: float | None) -> None:
        """What the method found, where nothing is set by hand."""
        ends = ((self.low, low, self.tr("low")), (self.high, high, self.tr("high")))
        for field, value, name in ends:
            field.setPlaceholderText(name if value is None else number(value))

    def _show_parameters(self, plans: Sequence[TensorPlan]) -> None:
        method = _shared_method(plans)
        known = {} if method is None else method.parameters
        if set(known) != set(self._parameters):
            for field in self._parameters.values():
                self._form.removeRow(field)
            self._parameters = {}
            found = self._form.getWidgetPosition(self.method)
            assert isinstance(found, tuple)
            place = found[0]
            for name, parameter in known.items():
                field = WordField(name) if name in WORDS else NumberField(name)
                field.setToolTip(plain_tip(_told(name, parameter)))
                field.entered.connect(lambda value, name=name: self._enter(name, value))
                place += 1
                self._form.insertRow(place, name, field)
                self._parameters[name] = field
            level_labels(self._form)
        for name, field in self._parameters.items():
            default = known[name].default
            field.set_value(_shared(dict(p.parameters).get(name, default) for p in plans))

    def _enter(self, name: str, value: float) -> None:
        limits = METHODS[self.method.currentData()].parameters[name]
        self.changed.emit({name: min(max(value, limits.low), limits.high)})

    def _enter_range(self, end: int, typed: float) -> None:
        """A range needs both ends; a symmetric one mirrors the end that was typed."""
        ends = [self.low.value, self.high.value]
        ends[end] = typed
        if self.symmetric.isChecked():
            ends = [-abs(typed), abs(typed)]
        low, high = ends
        if low is not None and high is not None and min(low, 0.0) < max(high, 0.0):
            self.changed.emit({"low": min(low, 0.0), "high": max(high, 0.0)})

    def _allow_blocks(self, possible: bool) -> None:
        model = self.granularity.model()
        assert isinstance(model, QStandardItemModel)
        for place in range(self.granularity.count()):
            if isinstance(self.granularity.itemData(place), InBlocks):
                item = model.item(place)
                item.setEnabled(possible)
                item.setToolTip(
                    plain_tip(
                        "" if possible else self.tr("Blocks are for weights of MatMul and Gemm")
                    )
                )

    def _allow(self, granularity: PlannedGranularity, possible: bool, why_not: str) -> None:
        model = self.granularity.model()
        assert isinstance(model, QStandardItemModel)
        for place in range(self.granularity.count()):
            if self.granularity.itemData(place) == granularity:
                model.item(place).setEnabled(possible)
                model.item(place).setToolTip(plain_tip("" if possible else why_not))

    def _combo(self, name: str, entries: Iterable[tuple[str, object]]) -> QComboBox:
        combo = ChoiceBox()
        combo.setAccessibleName(f"{self.title()} {name}")
        combo.setPlaceholderText(self.tr("various"))
        for text, value in entries:
            combo.addItem(text, value)
        return combo

    def _select(self, combo: QComboBox, value: object) -> None:
        places = [i for i in range(combo.count()) if combo.itemData(i) == value]
        combo.setCurrentIndex(places[0] if places else -1)

    def _lay_out(self) -> None:
        self._form.setContentsMargins(0, 4, 0, 0)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._range = QWidget()
        line = horizontal(self._range, 0, 0, 0, 0, spacing=4)
        for field in (self.low, self.high):
            line.addWidget(field, 1)
        self._form.addRow(self.reason)
        self._form.addRow("", self.symmetric)
        self._form.addRow(self.tr("Method"), self.method)
        self._form.addRow(self.tr("By hand"), self._range)
        level_labels(self._form)
        self.show_found(None, None)
        self._rows = (self.symmetric, self.method, self._range)

    def _connect(self) -> None:
        def tell(key: str, combo: QComboBox) -> Callable[[int], None]:
            return lambda _place: self.changed.emit({key: combo.currentData()})

        self.bits.chosen.connect(lambda bits: self.changed.emit({"bits": bits}))
        self.granularity.activated.connect(
            lambda _place: self.changed.emit({"granularity": str(self.granularity.currentData())})
        )
        self.method.activated.connect(tell("method", self.method))
        self.symmetric.clicked.connect(
            lambda _on: self.changed.emit({"symmetric": self.symmetric.isChecked()})
        )
        self.low.entered.connect(lambda x: self._enter_range(0, x))
        self.high.entered.connect(lambda x: self._enter_range(1, x))


def _told(name: str, parameter: Parameter) -> str:
    limits = "" if name in WORDS else f" ({parameter.low:g} to {parameter.high:g})"
    return f"{parameter.text}{limits}"


def _granularities() -> list[tuple[str, PlannedGranularity]]:
    blocks = (InBlocks(size) for size in BLOCKS)
    known: tuple[PlannedGranularity, ...] = (PER_TENSOR, PER_CHANNEL, *blocks)
    return [(granularity_text(each), each) for each in known]


def _shared_method(plans: Iterable[TensorPlan]) -> Method | None:
    name = _shared(plan.method for plan in plans)
    return None if name is None else METHODS.get(name)


def _shared(values: Iterable[T | None]) -> T | None:
    """The value all have, None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
