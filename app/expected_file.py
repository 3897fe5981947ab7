"""What an export will write, as far as it is known before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from quantengine.data.dataset import Dataset
from quantengine.export.rehearsal import Rehearsal

from .models.layer_filter import counts_as_layer
from .outcome import Outcome
from .rows import LayerRow
from .text import ELLIPSIS, in_line, size
from .translation import counted, reason_text, tr, tr_engine
from .widgets.named_lines import Line

_NAMED = 3


def expected_file(
    outcome: Outcome, judged: Dataset | None, found: Rehearsal | None
) -> tuple[Line, ...]:
    """Size, layers that stay float and why, the needs of the target, what it is verified on.

    `judged`: the data that judges the result; `found`: the file as it would be, where known.
    """
    size_line, verified = _size(outcome, found), _verified(outcome, judged)
    return (size_line, *_layers(outcome), _target(outcome), *_falling(outcome), verified)


def _size(outcome: Outcome, found: Rehearsal | None) -> Line:
    if found is not None:
        whole = tr("{0}, {1} as float")
        sizes = size(found.bytes_candidate), size(found.bytes_reference)
        return Line(tr("Size"), whole.format(*sizes))
    before = sum(layer.bytes_before for layer in outcome.reports)
    after = sum(layer.bytes_after for layer in outcome.reports)
    text = tr("{0} of parameters, {1} as float").format(size(after), size(before))
    return Line(tr("Size"), text)


def _layers(outcome: Outcome) -> tuple[Line, ...]:
    rows = [row for row in outcome.rows if counts_as_layer(row)]
    floats = [row for row in rows if row.weights is None and row.activations is None]
    count = len(rows)
    if not floats:
        return (Line(tr("Layers"), tr("all {0} compute on integers").format(count)),)
    why: dict[str, list[LayerRow]] = defaultdict(list)
    for row in floats:
        why["" if row.reason is None else row.reason.text].append(row)
    short = dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
    head = tr("{0} of {1} kept float").format(len(floats), count)
    return (Line(tr("Layers"), head), *(_alike(rows, short) for rows in why.values()))


def _alike(rows: list[LayerRow], short: Mapping[str, str]) -> Line:
    """Layers that stay float for one reason, whatever it names; the tooltip has each with its own.

    A transformer has hundreds of them.
    """
    told = [_reason(row) for row in rows]
    reason, first = told[0], rows[0].reason
    if first is not None and len(set(told)) > 1:
        reason = reason_text(first.named(lambda _: ELLIPSIS))
    names = [in_line(short.get(row.name, row.name)) for row in rows]
    pairs = zip(rows, told, strict=True)
    more = "\n".join(f"{in_line(row.name)}: {each}" for row, each in pairs)
    return Line("", f"{_some(names)}: {reason}", more)


def _reason(row: LayerRow) -> str:
    return tr("the plan keeps it float") if row.reason is None else reason_text(row.reason)


def _some(names: list[str]) -> str:
    listed = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return tr("{0} and {1} more").format(listed, more) if more > 0 else listed


def _target(outcome: Outcome) -> Line:
    from quantengine.targets import TARGETS

    name = outcome.plan.target
    known = TARGETS.get(name) if name else None
    if known is None:
        return Line(tr("Target"), tr("none: whatever runs ONNX"))
    return Line(tr("Target"), f"{name}: {tr_engine(known.note)}")


def _falling(outcome: Outcome) -> tuple[Line, ...]:
    """What the target does not run itself, and flags that would suit it better."""
    from quantengine.resolve.placing import FALLS, placements
    from quantengine.targets import rules_of

    target, resolution = rules_of(outcome.plan), outcome.resolution
    if not target.is_asking or resolution is None:
        return ()
    found = placements(outcome.model, outcome.plan, resolution.flow)
    names = [in_line(each.node) for each in found.nodes if each.where == FALLS]
    lines = [Line("", tr("better: {0}").format(flag)) for flag in found.proposals]
    if names:
        text = tr("{0} left to {1}: {2}").format(
            counted(len(names), "node"), tr_engine(target.falls or ""), _some(names)
        )
        lines.insert(0, Line("", text, "\n".join(names)))
    return tuple(lines)


def _verified(outcome: Outcome, judged: Dataset | None) -> Line:
    from quantengine.work.export import PROBES

    dataset = outcome.work.dataset
    if dataset is None or judged is None:
        text = tr("no samples: it is checked and loaded, and nothing is compared")
        return Line(tr("Verified on"), text)
    text = tr("each layer on {0} against the float layers, the result on {1}")
    few, every = min(PROBES, len(dataset)), len(judged.judged)
    return Line(tr("Verified on"), text.format(counted(few, "sample"), counted(every, "sample")))
