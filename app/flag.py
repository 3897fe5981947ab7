"""The one sentence that matters now: what is missing, what no longer fits, or who is to blame."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from quantengine.work.recipe import Recipe

from .context import Context
from .edits import keep_float
from .expected import FULL
from .findings import Proof
from .layer_names import short_names
from .text import ELLIPSIS, size
from .translation import counted, said, tr
from .verdict_figures import signed, task_change

if TYPE_CHECKING:
    from quantengine.analyze.culprits import Gains

_POOR_DB = 20.0


class Mood(Enum):
    CALM, ASKS, WARNS = "info", "activity", "triangle-alert"


@dataclass(frozen=True)
class Act:
    """What a button says and does, as one undo step where it decides something."""

    text: str
    run: Callable[[], object]
    primary: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Flag:
    text: str
    acts: tuple[Act, ...] = ()
    mood: Mood = Mood.CALM
    tip: str = ""
    stale: bool = False


def flag_of(context: Context) -> Flag | None:
    """None: there is nothing to say, as while no model is open."""
    document = context.document
    if document.model is None:
        return None
    for find in (_missing, _unfit, _nothing, _culprits):
        flag = find(context)
        if flag is not None:
            return flag
    return None


def question_of(context: Context) -> Flag | None:
    """Pictures that the float network itself recognises worse than it could.

    It has a line of its own: who does not answer it can still mend what the first one names.
    """
    presets = context.findings.presets
    better = presets.better
    if better is None or not presets.guessed or context.jobs.running("data") is not None:
        return None
    now, best = better
    text = tr(
        "Pictures prepared as '{0}' are recognised better: {1} of {2}, "
        "{3} of {2} as now ({4}, guessed)."
    ).format(best.preset, best.right, best.samples, now.right, now.preset)
    tip = tr("Of the float network; the model does not say what it was trained with.")
    use = Act(
        tr("Use {0}").format(best.preset),
        lambda: presets.use(best.preset),
        tip=tr("Prepares pictures so and calibrates again; one undo step."),
    )
    keep = Act(tr("Keep"), presets.keep, tip=tr("Says no more of it for this data."))
    return Flag(text, (use, keep), Mood.WARNS, f"{text}\n{tip}")


def _missing(context: Context) -> Flag | None:
    """What is needed before there are figures."""
    document, jobs = context.document, context.jobs
    assert document.model is not None
    if document.model.quantized is not None:
        text = tr("This model is quantized already: open its float original.")
        return Flag(text, mood=Mood.WARNS)
    if document.table is not None:
        return None
    if jobs.running("data") is not None:
        return Flag(tr("The data is being opened."))
    if document.dataset is None:
        data = Act(tr("Data"), lambda: context.show("data"), primary=True)
        if document.refused or document.decided.source:
            text = tr("The data could not be opened: say where and how it is.")
            return Flag(text, (data,), Mood.WARNS)
        folder = Act(tr("Choose a folder") + ELLIPSIS, context.files.ask_data_folder, primary=True)
        file = Act(tr("Choose a file") + ELLIPSIS, context.files.ask_data_file)
        return Flag(tr("Choose data to see what fewer bits do."), (folder, file), Mood.ASKS)
    if jobs.running("calibrate") is not None:
        return Flag(tr("Calibrating: figures come with the ranges."))
    text = tr("Calibrate to see what fewer bits do to every layer.")
    return Flag(text, (Act(tr("Calibrate"), context.steps.calibrate, primary=True),), Mood.ASKS)


def _unfit(context: Context) -> Flag | None:
    """What was true of other data, or of another plan."""
    if context.document.table_is_stale:
        if context.jobs.running("calibrate") is not None:
            return Flag(tr("Calibrating: figures come with the ranges."))
        again = Act(tr("Calibrate again"), context.steps.calibrate, primary=True)
        return Flag(_other_data(context), (again, *_undo(context)), Mood.WARNS)
    recipe = unmade(context)
    if recipe is None:
        return None
    if recipe.training is None:
        text = tr("Recovery no longer fits: figures and layers are of the plan alone.")
        name = tr("Recover again")
    else:
        text = tr("Fine-tuning no longer fits: figures and layers are of the plan alone.")
        name = tr("Fine-tune again")
    act = Act(name, lambda: context.treatments.start(recipe), primary=True)
    return Flag(text, (act, *_undo(context)), Mood.WARNS)


def _other_data(context: Context) -> str:
    from quantengine.data.preprocessing import same_preparation

    table, dataset = context.document.table, context.document.dataset
    assert table is not None and dataset is not None
    if not same_preparation(table.preprocessing, dataset.describe()["preprocessing"]):
        return tr("The preprocessing changed: ranges and figures are of the samples as they were.")
    return tr(
        "The statistics are of other data than what is open now: ranges and figures do not fit it."
    )


def unmade(context: Context) -> Recipe | None:
    """The recipe that was decided while it is not made of the plan of now."""
    document, treatments = context.document, context.treatments
    outcome, recipe = document.outcome, document.decided.recipe
    waits = document.outcome_is_stale or context.jobs.running("outcome") is not None
    if recipe is None or outcome is None or outcome.resolution is None or document.candidate:
        return None
    if waits or treatments.running or not (recipe.steps or recipe.training):
        return None
    return recipe


def _nothing(context: Context) -> Flag | None:
    """A plan that the model cannot take."""
    outcome = context.document.outcome
    if outcome is not None and outcome.resolution is not None:
        return None
    if context.jobs.running("outcome") is not None:
        return Flag(tr("Ranges are being chosen."))
    text = tr("Nothing comes of this plan: undo the last step.")
    return Flag(text, _undo(context), Mood.WARNS)


def _culprits(context: Context) -> Flag | None:
    findings, network = context.findings, context.network
    culprits, blamed = findings.culprits, network.blamed
    some = findings.looking or not findings.suspects_tried
    if blamed is None or culprits is None or (some and not culprits.names):
        if context.jobs.running("sensitivity") or findings.will_look:
            return Flag(tr("Looking for the layers that cost most."))
        return Flag(
            tr("Which layers cost most is not known yet."),
            (Act(tr("Find them"), network.rank, primary=True),),
        )
    stale = not network.is_current(blamed)
    rows = blamed.outcome.rows
    short = dict(zip((r.name for r in rows), short_names([r.name for r in rows]), strict=True))
    text = said(culprits.said(lambda name: short.get(name, name)))
    tip = "\n".join((text, *culprits.names, _tried(culprits.gains)))
    poor = network.measured is not None and network.measured.found.worst_db < _POOR_DB
    mood = Mood.WARNS if poor else Mood.CALM
    if not culprits.names:
        acts = (*_recover(context), _search(context)) if poor else ()
        return Flag(text, acts, mood, tip, stale)

    def see() -> None:
        context.document.select(*culprits.names)
        context.show("distribution")

    look = Act(tr("Show"), see, tip=", ".join(culprits.names))
    if stale:
        return Flag(text, (look,), mood, tip, stale)
    acts = (*_recover(context), *_keep(context, culprits.names, culprits.bytes), look)
    if findings.proof is not None and _gain(context, findings.proof) < 0:
        text = tr("{0} What is done by default makes up for that.").format(text)
    return Flag(text, acts, mood, tip)


def _tried(gains: Gains) -> str:
    text = tr("{0} of {1} layers were tried, the most suspected first.")
    return text.format(len(gains.layers), gains.quantized)


def _recover(context: Context) -> tuple[Act, ...]:
    """Every step that is worth it, where that was not done yet."""
    document = context.document
    done = document.decided.recipe
    if context.treatments.running or (done is not None and (done.training or "auto" in done.steps)):
        return ()
    tip = tr("Equalize, correct biases, choose rounding: each step is kept only if it helps")
    recover = Recipe(("auto",))
    text, source = context.expected.named(tr("Recover"), FULL), context.expected.source(FULL)
    tip = f"{tip}\n{source}" if source else tip
    return (Act(text, lambda: context.treatments.start(recover), True, tip),)


def _search(context: Context) -> Act:
    tip = tr("Find widths of each layer: the smallest that keep an error, the best in a size")
    return Act(tr("Search"), lambda: context.show("search"), tip=tip)


def _keep(context: Context, names: tuple[str, ...], grown: int) -> tuple[Act, ...]:
    """With what it brings, once exactly that was run; nothing where that is a loss."""
    document, proof = context.document, context.findings.proof
    outcome = document.outcome
    text = tr("Keep it float") if len(names) == 1 else tr("Keep these {0} float").format(len(names))
    parts, tip = [f"+{size(grown)}"], tr("The file grows by the float weights; one undo step.")
    if proof is not None:
        if _gain(context, proof) < 0:
            return ()
        parts = [*_gained(context, proof), *parts]
        n = proof.rehearsal.verdict.samples
        tried = tr("Tried with exactly these float, on {0}.")
        tip = f"{tried.format(counted(n, 'sample'))}\n{tip}"

    def keep() -> None:
        if outcome is not None:
            every = [report.name for report in outcome.reports]
            plan = keep_float(document.plan, names, every)
            document.edit(tr("keep float"), plan=plan)

    return (Act(f"{text}  {', '.join(parts)}", keep, tip=tip),)


def _gained(context: Context, proof: Proof) -> list[str]:
    now = context.findings.rehearsed
    if now is None or not context.network.is_current(now):
        return []
    change = task_change(now.found.verdict, proof.rehearsal.verdict)
    gain = _gain(context, proof)
    found = [change, f"{signed(gain, 1)} dB" if math.isfinite(gain) else ""]
    return [text for text in found if text]


def _gain(context: Context, proof: Proof) -> float:
    """In dB of the output; nan where that is not known."""
    now = context.findings.rehearsed
    if now is None or not context.network.is_current(now):
        return math.nan
    return proof.rehearsal.verdict.sqnr_db - now.found.verdict.sqnr_db


def _undo(context: Context) -> tuple[Act, ...]:
    stack = context.document.undo_stack
    return (Act(tr("Undo"), stack.undo),) if stack.canUndo() else ()
