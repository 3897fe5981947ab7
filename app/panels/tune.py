"""What is decided for the selected layers: one form for the weight, one for the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QScrollArea,
    QWidget,
)

from quantengine.decisions import constant_plans
from quantengine.formats.granularity import PER_CHANNEL
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.plan import DYNAMIC, Setting, TensorPlan

from ..context import Context
from ..dynamic_input import input_tensors, is_dynamic, obstacle
from ..edits import ACTIVATIONS, WEIGHTS, keep_float, quantize, reset, set_tensor
from ..layer_actions import LayerActions
from ..outcome import Outcome
from ..panels.tensor_form import TensorForm
from ..panels.tune_buttons import TuneButtons
from ..rows import LayerRow
from ..subject import producer
from ..text import breakable
from ..translation import counted, reason_text
from ..widgets.label import Label, plain_tip
from ..widgets.row import vertical


def _as_written(plan: TensorPlan, row: LayerRow) -> TensorPlan:
    """The plan with the granularity that the operators allow."""
    return replace(plan, granularity=row.granularity or plan.granularity)


class TunePanel(QScrollArea):
    """Edits one or many layers; what is not the same for all is left blank."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.title = Label()
        self.title.setProperty("heading", True)
        self.title.setWordWrap(True)
        self.about = Label()
        self.about.setProperty("dim", True)
        self.about.setWordWrap(True)
        self.quantize = QCheckBox(self.tr("Quantize"))
        self.quantize.setToolTip(self.tr("Without it the layer computes in float."))
        self.quantize.clicked.connect(self._set_quantized)
        self.weight = TensorForm(self.tr("Weight"), WEIGHTS)
        self.output = TensorForm(self.tr("Output"), ACTIVATIONS)
        self.weight.changed.connect(lambda c: self._set(WEIGHTS, c))
        self.output.changed.connect(lambda c: self._set(ACTIVATIONS, c))
        self.dynamic = QCheckBox(self.tr("Range of the input while running"))
        self.dynamic.clicked.connect(lambda _on: self.set_dynamic(self.dynamic.isChecked()))
        self._help = LayerActions(context, self)
        self.buttons = TuneButtons(self)
        self._lay_out()
        document = context.document
        for changed in (document.selection_changed, document.outcome_changed):
            changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        outcome = self._context.document.outcome
        layers = self._layers()
        self._inner.setEnabled(bool(layers))
        if outcome is None or not layers:
            self.title.setText(self.tr("Tune"))
            self.about.setText(self.tr("Choose one or more layers on the left."))
            self._show_forms(False)
            return
        self._show_forms(True)
        self.title.setText(breakable(self._name()))
        self.about.setText(self._describe(outcome, layers))
        self._show_quantized(outcome, layers)
        self.weight.show_plans(self._plans(outcome, WEIGHTS), *self._weight_limits(outcome))
        self.output.show_plans(self._plans(outcome, ACTIVATIONS), self._output_reason(outcome))
        self.output.show_found(*self._found(outcome, layers))
        self._show_dynamic(outcome, layers)
        self.buttons.allow("bias", self._help.bias_obstacle(outcome, layers))

    def set_bits(self, bits: int) -> None:
        """Gives weight and output of the selection so many bits."""
        plan = self._context.document.plan
        for role in (WEIGHTS, ACTIVATIONS):
            tensors = self._tensors(role)
            plan = set_tensor(plan, role, tensors, {"bits": bits, "low": None, "high": None})
        text = self.tr("{0} for {1}").format(counted(bits, "bit"), self._name())
        self._context.document.edit(text, plan=plan)

    def set_quantized(self, on: bool) -> None:
        outcome, layers = self._context.document.outcome, self._layers()
        if outcome is None or not layers:
            return
        change = quantize if on else keep_float
        every = [layer.name for layer in outcome.layers]
        plan = change(self._context.document.plan, layers, every)
        words = self.tr("quantize {0}") if on else self.tr("keep {0} float")
        self._context.document.edit(words.format(self._name()), plan=plan)

    def reset(self) -> None:
        outcome, layers = self._context.document.outcome, self._layers()
        if outcome is None:
            return
        tensors = [*self._tensors(WEIGHTS), *self._tensors(ACTIVATIONS)]
        every = [layer.name for layer in outcome.layers]
        plan = reset(self._context.document.plan, layers, tensors, every)
        self._context.document.edit(self.tr("reset {0}").format(self._name()), plan=plan)

    def best_method(self) -> None:
        """Tries every method on the outputs of the selection and takes the best of each."""
        self._help.best_method(self._tensors(ACTIVATIONS))

    def best_for_output(self) -> None:
        """Tries every method on the selection by what it does to the network."""
        self._help.best_for_output(self._tensors(WEIGHTS), self._tensors(ACTIVATIONS))

    def correct_bias(self) -> None:
        """Makes up for what rounding shifts in the outputs of the selection."""
        self._help.correct_bias(self._layers())

    def set_per_channel(self) -> None:
        self._set(WEIGHTS, {"granularity": str(PER_CHANNEL)})

    def set_dynamic(self, on: bool) -> None:
        """Whether the selection finds the range of its input while it runs."""
        document = self._context.document
        outcome = document.outcome
        if outcome is None or obstacle(outcome, self._layers()):
            return
        dtype = DYNAMIC if on else document.plan.activations.dtype
        tensors = input_tensors(outcome, self._layers())
        plan = set_tensor(document.plan, ACTIVATIONS, tensors, {"dtype": dtype})
        words = self.tr("range of the input of {0} while running")
        document.edit(words.format(self._name()), plan=plan)

    def _set(self, role: str, changes: Mapping[str, Setting]) -> None:
        plan = set_tensor(self._context.document.plan, role, self._tensors(role), changes)
        what = ", ".join(
            f"{key} {value}" for key, value in changes.items() if value is not None
        ) or self.tr("range by method")
        text = self.tr("{0} for {1}").format(what, self._name())
        self._context.document.edit(text, plan=plan)

    def _set_quantized(self) -> None:
        self.set_quantized(self.quantize.checkState() != Qt.CheckState.Unchecked)

    def _layers(self) -> tuple[str, ...]:
        return self._context.document.selection.layers

    def _name(self) -> str:
        """What the selection is called in the undo menu."""
        layers = self._layers()
        return layers[0] if len(layers) == 1 else counted(len(layers), "layer")

    def _tensors(self, role: str) -> list[str]:
        """What the settings of a role are kept under: weights, or owners of output ranges."""
        outcome = self._context.document.outcome
        if outcome is None:
            return []
        rows = {row.name: row for row in outcome.rows}
        chosen = [rows[name] for name in self._layers() if name in rows]
        names = [row.weight if role == WEIGHTS else row.output for row in chosen]
        return [name for name in dict.fromkeys(names) if name is not None]

    def _plans(self, outcome: Outcome, role: str) -> list[TensorPlan]:
        if role == WEIGHTS:
            plans = constant_plans(outcome.flow, outcome.decisions)
            chosen = [row for row in outcome.rows if row.name in self._layers()]
            return [_as_written(plans[row.weight], row) for row in chosen if row.weight]
        return [
            outcome.decisions.activations(producer(outcome, tensor), tensor)
            for tensor in self._tensors(ACTIVATIONS)
        ]

    def _found(
        self, outcome: Outcome, layers: tuple[str, ...]
    ) -> tuple[float | None, float | None]:
        """The range of the only layer's output."""
        rows = [row for row in outcome.rows if row.name in layers]
        return (rows[0].low, rows[0].high) if len(rows) == 1 else (None, None)

    def _weight_limits(self, outcome: Outcome) -> tuple[str, bool]:
        """Why there is no weight to set, and whether blocks are possible."""
        names = self._layers()
        nodes = [outcome.flow.nodes[name] for name in names if name in outcome.flow.nodes]
        weights = [weight for node in nodes for weight in node.weights]
        if any(node.weights and kind_of(node.node) is Kind.FLOW for node in nodes):
            return self.tr("Its constant takes the type of the activation it meets."), False
        if not weights:
            return self._float_reason(outcome, self.tr("It has no weight.")), False
        ranks = [len(outcome.model.initializers[w.tensor].dims) for w in weights]
        blocks = all(
            w.block_axis is not None and rank == 2 for w, rank in zip(weights, ranks, strict=True)
        )
        return "", blocks

    def _output_reason(self, outcome: Outcome) -> str:
        if self._tensors(ACTIVATIONS):
            return ""
        return self._float_reason(
            outcome, self.tr("Its output stays float: nothing after it asks for codes.")
        )

    def _float_reason(self, outcome: Outcome, otherwise: str) -> str:
        """Why the first layer of the selection stays float, if it does."""
        reason = outcome.flow.reasons.get(self._layers()[0])
        return (
            otherwise
            if reason is None
            else self.tr("Stays float: {0}.").format(reason_text(reason))
        )

    def _show_quantized(self, outcome: Outcome, layers: tuple[str, ...]) -> None:
        kept = [name in outcome.decisions.kept_float for name in layers]
        able = [
            name in outcome.flow.nodes or is_kept
            for name, is_kept in zip(layers, kept, strict=True)
        ]
        state = Qt.CheckState.PartiallyChecked
        on = [name in outcome.flow.nodes for name in layers]
        if all(on) or not any(on):
            state = Qt.CheckState.Checked if all(on) else Qt.CheckState.Unchecked
        self.quantize.setCheckState(state)
        self.quantize.setEnabled(any(able))
        why = self._float_reason(outcome, "")
        self.quantize.setToolTip(
            plain_tip(self.tr("Without it the layer computes in float.") if any(able) else why)
        )

    def _show_dynamic(self, outcome: Outcome, layers: tuple[str, ...]) -> None:
        why = obstacle(outcome, layers)
        self.dynamic.setEnabled(not why)
        self.dynamic.setChecked(all(is_dynamic(outcome, name) for name in layers))
        about = self.tr(
            "The range of the input is found anew for every sample: no calibration needed,\n"
            "slower. Layers that read the same input follow."
        )
        self.dynamic.setToolTip(plain_tip(why or about))

    def _describe(self, outcome: Outcome, layers: tuple[str, ...]) -> str:
        known = [layer for layer in outcome.layers if layer.name in layers]
        operators = ", ".join(sorted({layer.operator for layer in known}))
        count = sum(layer.parameters for layer in known)
        return self.tr("{0}, {1} parameters").format(operators, f"{count:,}")

    def _show_forms(self, on: bool) -> None:
        for part in (self.quantize, self.weight, self.output, self.dynamic, self.buttons):
            part.setVisible(on)

    def _lay_out(self) -> None:
        self._inner = QWidget()
        column = vertical(self._inner, 12, 8, 12, 12, spacing=8)
        for part in (
            self.title,
            self.about,
            self.quantize,
            self.weight,
            self.output,
            self.dynamic,
            self.buttons,
        ):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(self._inner)
