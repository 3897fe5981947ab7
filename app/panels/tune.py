"""What is decided for the selected layers: widths, ranges and scales, and why a layer hurts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QScrollArea, QWidget

from quantengine.formats.granularity import PER_CHANNEL
from quantengine.plan import DYNAMIC, Setting
from quantengine.targets import rules_of

from ..context import Context
from ..dynamic_input import input_tensors, is_dynamic, obstacle
from ..edits import ACTIVATIONS, WEIGHTS, keep_float, quantize, reset, set_tensor
from ..layer_actions import LayerActions
from ..outcome import Outcome
from ..panels.tensor_form import TensorForm
from ..selected import Selected
from ..text import breakable, gain, granularity_text, number
from ..translation import counted
from ..widgets.flow import Flow
from ..widgets.fold import Fold
from ..widgets.in_turns import InTurns
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, horizontal, push_button, vertical
from .why_box import WhyBox


class TunePanel(InTurns, QScrollArea):
    """Edits one or many layers; what is not the same for all is left blank."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._context = context
        self._help = LayerActions(context, self)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pieces = iter(
            (
                self._make_weight,
                self._make_output,
                self._make_buttons,
                self._make_folds,
                self._lay_out,
                self._connect,
            )
        )

    def refresh(self) -> None:
        chosen = self._selected()
        self._inner.setEnabled(chosen is not None)
        for part in self._parts:
            part.setVisible(chosen is not None)
        self._show_runs()
        self.title.setVisible(chosen is not None)
        if chosen is None:
            self.about.setText(self.tr("Choose one or more layers on the left."))
            return
        self.title.setText(breakable(self._short_name(chosen.outcome)))
        self.title.setToolTip(plain_tip("\n".join(chosen.layers)))
        self.about.setText(chosen.described())
        why_not, blocks = chosen.weight_limits()
        target = rules_of(self._context.document.plan)
        blocks = blocks and not target.is_asking
        self.weight.show_plans(chosen.plans(WEIGHTS), why_not, blocks)
        self.output.show_plans(chosen.plans(ACTIVATIONS), chosen.output_reason(ACTIVATIONS))
        self.output.show_found(*chosen.found())
        for form in (self.weight, self.output):
            form.suit(target)
        self._show_quantized(chosen)
        self._show_dynamic(chosen)
        self._show_folded(chosen)

    def set_bits(self, bits: int) -> None:
        """Gives weight and output of the selection so many bits."""
        plan = self._context.document.plan
        for role in (WEIGHTS, ACTIVATIONS):
            tensors = self._tensors(role)
            plan = set_tensor(plan, role, tensors, {"bits": bits, "low": None, "high": None})
        text = self.tr("{0} for {1}").format(counted(bits, "bit"), self._name())
        self._context.document.edit(text, plan=plan)

    def set_quantized(self, on: bool) -> None:
        chosen = self._selected()
        if chosen is None:
            return
        change = quantize if on else keep_float
        every = [layer.name for layer in chosen.outcome.layers]
        plan = change(self._context.document.plan, chosen.layers, every)
        words = self.tr("quantize {0}") if on else self.tr("keep {0} float")
        self._context.document.edit(words.format(self._name()), plan=plan)

    def reset(self) -> None:
        chosen = self._selected()
        if chosen is None:
            return
        tensors = [*chosen.tensors(WEIGHTS), *chosen.tensors(ACTIVATIONS)]
        every = [layer.name for layer in chosen.outcome.layers]
        plan = reset(self._context.document.plan, chosen.layers, tensors, every)
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
        chosen, document = self._selected(), self._context.document
        if chosen is None or obstacle(chosen.outcome, chosen.layers):
            return
        dtype = DYNAMIC if on else document.plan.activations.dtype
        tensors = input_tensors(chosen.outcome, chosen.layers)
        plan = set_tensor(document.plan, ACTIVATIONS, tensors, {"dtype": dtype})
        words = self.tr("range of the input of {0} while running")
        document.edit(words.format(self._name()), plan=plan)

    def _mend(self, remedy: str, layer: str | None) -> None:
        if remedy == "show" and layer is not None:
            self._context.document.select(layer)
            return
        {
            "bias": self.correct_bias,
            "channel": self.set_per_channel,
            "method": self.best_method,
            "bits": lambda: self.set_bits(16),
            "equalize": self._help.equalize,
        }[remedy]()

    def _set(self, role: str, changes: Mapping[str, Setting]) -> None:
        plan = set_tensor(self._context.document.plan, role, self._tensors(role), changes)
        what = ", ".join(
            f"{key} {value}" for key, value in changes.items() if value is not None
        ) or self.tr("range by method")
        text = self.tr("{0} for {1}").format(what, self._name())
        document, layers, tensors = self._context.document, self._layers(), self._tensors(role)
        document.edit(text, plan=plan)
        if len(layers) == len(tensors) == 1:
            document.select(*layers, tensor=tensors[0])  # what was edited is looked at

    def _selected(self) -> Selected | None:
        outcome, layers = self._context.document.outcome, self._layers()
        return None if outcome is None or not layers else Selected(outcome, layers)

    def _layers(self) -> tuple[str, ...]:
        return self._context.document.selection.layers

    def _name(self) -> str:
        """What the selection is called in the undo menu."""
        layers = self._layers()
        return layers[0] if len(layers) == 1 else counted(len(layers), "layer")

    def _short_name(self, outcome: Outcome) -> str:
        """As the list of layers calls it."""
        tree, name = outcome.tree, self._name()
        return tree.short[tree.names.index(name)] if name in tree.names else name

    def _tensors(self, role: str) -> list[str]:
        chosen = self._selected()
        return [] if chosen is None else chosen.tensors(role)

    def _show_quantized(self, chosen: Selected) -> None:
        """The button keeps float, or takes that back where all are float already."""
        kept = chosen.outcome.decisions.kept_float
        able = any(name in chosen.outcome.flow.nodes or name in kept for name in chosen.layers)
        self.keep.setProperty("quantizes", not chosen.nodes)
        self.keep.setEnabled(able)
        tip = self.tr("Leave the selected layers out of quantization")
        if not chosen.nodes:
            tip = self.tr("Let the selected layers compute on integers again")
        self.keep.setToolTip(plain_tip(tip if able else chosen.float_reason("")))

    def _show_runs(self) -> None:
        """What running the network told: the gain of float, and why the layer hurts."""
        chosen, network = self._selected(), self._context.network
        alone = None if chosen is None or len(chosen.layers) != 1 else chosen.layers[0]
        words = self.tr("Quantize") if self.keep.property("quantizes") else self.tr("Keep float")
        if alone is not None and not network.ranking_is_stale:
            won, own = network.runs.gain(alone), network.runs.is_own(alone)
            if won is not None:
                words += f"  {number(won) if own else gain(won) + ' dB'}"
        self.keep.setText(words)
        stale = self._context.document.outcome_is_stale
        if not stale:
            self.why.show_layer(self._context.document.outcome, alone)

    def _show_dynamic(self, chosen: Selected) -> None:
        why = obstacle(chosen.outcome, chosen.layers)
        self.dynamic.setEnabled(not why)
        self.dynamic.setChecked(all(is_dynamic(chosen.outcome, name) for name in chosen.layers))
        about = self.tr(
            "The range of the input is found anew for every sample: no calibration needed,\n"
            "slower. Layers that read the same input follow."
        )
        self.dynamic.setToolTip(plain_tip(why or about))

    def _show_folded(self, chosen: Selected) -> None:
        """What each folded part holds now."""
        self.ranges.value.setText(chosen.range_text(ACTIVATIONS))
        granularity = self.weight.granularity.currentData()
        self.scales.value.setText("" if granularity is None else granularity_text(granularity))
        obstacle = self._help.bias_obstacle(chosen.outcome, chosen.layers)
        self.bias.setEnabled(not obstacle)
        about = self.tr("Make up for what rounding shifts in the layer's output, if that helps")
        self.bias.setToolTip(plain_tip(obstacle or about))
        self._bias_about.setText(obstacle or about)
        candidate = chosen.outcome.candidate
        done = candidate is not None and candidate.corrects_bias
        self.biases.value.setText(self.tr("corrected") if done else self.tr("not corrected"))

    def _toggle_float(self) -> None:
        chosen = self._selected()
        self.set_quantized(chosen is not None and not chosen.nodes)

    def _make_weight(self) -> None:
        self.weight = TensorForm(self.tr("Weights"), WEIGHTS)
        self.weight.changed.connect(lambda c: self._set(WEIGHTS, c))

    def _make_output(self) -> None:
        self.output = TensorForm(self.tr("Output"), ACTIVATIONS)
        self.output.changed.connect(lambda c: self._set(ACTIVATIONS, c))

    def _make_buttons(self) -> None:
        self.dynamic = QCheckBox(self.tr("Range of the input while running"))
        self.dynamic.clicked.connect(lambda _on: self.set_dynamic(self.dynamic.isChecked()))
        self.keep = push_button(self.tr("Keep float"), self._toggle_float)
        best = self.tr("Try every range method and take the one of highest SQNR")
        self.best = push_button(self.tr("Best"), self.best_method, best)
        tip = self.tr("Try every method and run the network: take what its outputs like best")
        self.best_output = push_button(self.tr("Best for output"), self.best_for_output, tip)
        self.bias = push_button(self.tr("Correct bias"), self.correct_bias)
        tip = self.tr("Back to the defaults of the target")
        self.back = push_button(self.tr("Reset"), self.reset, tip)
        self.why = WhyBox(self._context)
        self.why.wanted.connect(self._mend)

    def _make_folds(self) -> None:
        self._bias_about = Label()
        self.ranges = Fold(
            self.tr("Range"),
            _stacked(self.weight, self.output, self.dynamic, _left(self.best_output)),
        )
        self.scales = Fold(self.tr("Scales"), _stacked(self.weight.granularity))
        self.biases = Fold(self.tr("Bias"), _stacked(self._bias_about, _left(self.bias)))

    def _lay_out(self) -> None:
        self.title, self.about = Label(), Label()
        self.title.setProperty("heading", True)
        for text in (self.title, self.about, self._bias_about):
            text.setWordWrap(True)
        for text in (self.about, self._bias_about):
            text.setProperty("dim", True)
        self._inner = QWidget()
        self._parts = (
            _named(self.weight.title(), self.weight.bits),
            _named(self.output.title(), self.output.bits),
            Flow(self.keep, self.best, self.back, between=8),
            self.ranges,
            self.scales,
            self.biases,
        )
        column = vertical(self._inner, 12, 8, 12, 12, spacing=8)
        fill(column, self.title, self.about, *self._parts, self.why, 1)
        self.setWidget(self._inner)

    def _connect(self) -> None:
        document, network = self._context.document, self._context.network
        once_told = self._context.jobs.once_told
        for changed in (document.selection_changed, document.outcome_changed):
            changed.connect(lambda: once_told(self.refresh))
        for changed in (network.layers_changed, document.staleness_changed):
            changed.connect(lambda: once_told(self._show_runs))
        self.refresh()


def _named(name: str, part: QWidget) -> QWidget:
    line = QWidget()
    fill(horizontal(line, 0, 0, 0, 0, spacing=8), Label(name), 1, part)
    return line


def _left(*parts: QWidget) -> QWidget:
    line = QWidget()
    fill(horizontal(line, 0, 0, 0, 0, spacing=8), *parts, 1)
    return line


def _stacked(*parts: QWidget) -> QWidget:
    whole = QWidget()
    fill(vertical(whole, 4, 0, 0, 4, spacing=8), *parts)
    return whole
