"""The commands of the window: what each is called, its key, and what it still needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QKeySequence

from quantengine.language import LANGUAGES

from .actions import Actions, Command
from .guide import open_guide
from .judging_commands import judging_commands
from .page_commands import page_commands
from .ranges_file import ask_ranges
from .report import ask_report
from .text import ELLIPSIS
from .theme import DARK, LIGHT, SYSTEM
from .translation import tr
from .undo import redo_action, undo_action
from .whole_plan import whole_plan_commands

if TYPE_CHECKING:
    from .context import Context
    from .document import Document
    from .panels.tune import TunePanel
    from .panels.view import View

Keys = QKeySequence.StandardKey


class Shell(Protocol):
    """What commands ask of the window itself."""

    @property
    def tune(self) -> TunePanel: ...
    def show_view(self, name: str) -> View: ...
    def show_page(self, name: str) -> None: ...
    def next_pane(self) -> None: ...
    def show_tune(self) -> None: ...
    def focus_filter(self) -> None: ...
    def open_palette(self) -> None: ...
    def open_shortcuts(self) -> None: ...
    def open_about(self) -> None: ...
    def cancel_work(self) -> None: ...
    def choose_theme(self, choice: str) -> None: ...
    def choose_language(self, code: str) -> None: ...
    def close(self) -> bool: ...


def make_commands(actions: Actions, context: Context, shell: Shell) -> None:
    """Adds every command to the actions."""
    document = context.document
    for command in (
        *_files(context, shell),
        *judging_commands(context, partial(_no_data, document)),
        *_deciding(context, shell),
        *_telling(context),
        *_making(document, shell),
        *_tuning(document, shell),
        *whole_plan_commands(context, partial(_no_model, document)),
        *page_commands(shell, partial(_no_model, document)),
        *_looks(shell),
    ):
        actions.add(command)
    stack = document.undo_stack
    undo, redo = undo_action(stack, actions), redo_action(stack, actions)
    for name, icon, keys, action in (
        ("undo", "undo-2", ("Ctrl+Z",), undo),
        ("redo", "redo-2", ("Ctrl+Y", "Ctrl+Shift+Z"), redo),
    ):
        action.setShortcuts([QKeySequence(key) for key in keys])
        actions.adopt(name, action, icon)


def _files(context: Context, shell: Shell) -> list[Command]:
    files, no_model = context.files, partial(_no_model, context.document)
    return [
        Command(
            "open_model",
            tr("Open model") + ELLIPSIS,
            files.ask_model,
            "box",
            Keys.Open,
            tr("Open an ONNX model"),
        ),
        Command("demo", tr("Open demo"), context.steps.open_demo),
        Command("open_project", tr("Open project") + ELLIPSIS, files.ask_project, "folder-open"),
        Command("save", tr("Save project"), files.save, "save", Keys.Save, missing=no_model),
        Command(
            "save_as",
            tr("Save project as") + ELLIPSIS,
            files.save_as,
            shortcut=Keys.SaveAs,
            missing=no_model,
        ),
        Command(
            "data_edit",
            tr("Samples and preprocessing"),
            partial(shell.show_view, "data"),
            missing=no_model,
        ),
        Command(
            "data_folder",
            tr("Data from a folder") + ELLIPSIS,
            files.ask_data_folder,
            "folder-open",
            "Ctrl+D",
            missing=no_model,
        ),
        Command(
            "data_file",
            tr("Data from a file") + ELLIPSIS,
            files.ask_data_file,
            "file-box",
            "Ctrl+Shift+D",
            missing=no_model,
        ),
    ]


def _telling(context: Context) -> list[Command]:
    return [
        Command(
            "save_report",
            tr("Save report") + ELLIPSIS,
            partial(ask_report, context),
            "file-code",
            tip=tr("One page of all that is known, for people without Quantscope"),
            missing=partial(_cannot_run, context.document),
        ),
        Command(
            "guide",
            tr("Guide"),
            partial(open_guide, context.steps),
            "info",
            tip=tr("From a bad int8 model to a good one, with every command"),
        ),
    ]


def _deciding(context: Context, shell: Shell) -> list[Command]:
    document = context.document
    return [
        Command(
            "calibrate",
            tr("Calibrate"),
            context.steps.calibrate,
            "activity",
            "Ctrl+R",
            tr("Run the model on the data and collect statistics of every tensor"),
            partial(_cannot_calibrate, document),
        ),
        Command(
            "ranges_file",
            tr("Ranges from a file") + ELLIPSIS,
            partial(ask_ranges, context),
            "file-box",
            tip=tr(
                "What a table of another tool says: AIMET, QNN, onnxruntime, TensorRT, ncnn ..."
            ),
            missing=partial(_cannot_decide, document),
        ),
        Command(
            "tune",
            tr("Tune"),
            shell.show_tune,
            "sliders-horizontal",
            "Ctrl+T",
            tr("Decide bits, ranges and methods of the selected layers"),
            partial(_cannot_decide, document),
        ),
        Command(
            "sensitivity",
            tr("Measure sensitivity"),
            context.network.rank,
            "activity",
            tip=tr("Quantize each layer alone and see what it does to the result"),
            missing=partial(_cannot_run, document),
        ),
        Command(
            "filter",
            tr("Filter layers"),
            shell.focus_filter,
            "search",
            Keys.Find,
            missing=partial(_no_model, document),
        ),
        Command("find", tr("Find a layer or a command"), shell.open_palette, "search", "Ctrl+K"),
        Command("cancel", tr("Cancel the work in progress"), shell.cancel_work, "square", "Esc"),
    ]


def _making(document: Document, shell: Shell) -> list[Command]:
    cannot_run = partial(_cannot_run, document)
    return [
        Command(
            "recover",
            tr("Recover"),
            partial(shell.show_view, "recover"),
            "bandage",
            "Ctrl+B",
            tr("Equalize, correct biases, choose rounding: each step is kept only if it helps"),
            cannot_run,
        ),
        Command(
            "search",
            tr("Search"),
            partial(shell.show_view, "search"),
            "chart-scatter",
            "Ctrl+P",
            tr("Find widths of each layer: the smallest that keep an error, the best in a size"),
            cannot_run,
        ),
        Command(
            "finetune",
            tr("Fine-tune"),
            partial(shell.show_view, "finetune"),
            "graduation-cap",
            tip=tr("Train through the quantizer, for few bits"),
            missing=cannot_run,
        ),
        Command(
            "export",
            tr("Export"),
            partial(shell.show_view, "export"),
            "package-check",
            "Ctrl+E",
            tr("Write the quantized model and check it by running it"),
            partial(_cannot_export, document),
        ),
    ]


def _tuning(document: Document, shell: Shell) -> list[Command]:
    acts: list[tuple[str, str, str, Callable[[TunePanel], object]]] = [
        ("keep_float", tr("Keep float"), "F", lambda tune: tune.set_quantized(False)),
        ("quantize", tr("Quantize"), "", lambda tune: tune.set_quantized(True)),
        ("bits_4", tr("4 bit"), "4", lambda tune: tune.set_bits(4)),
        ("bits_8", tr("8 bit"), "8", lambda tune: tune.set_bits(8)),
        ("bits_16", tr("16 bit"), "6", lambda tune: tune.set_bits(16)),
        ("best_method", tr("Best method"), "", lambda tune: tune.best_method()),
        ("best_output", tr("Best method for the outputs"), "", lambda tune: tune.best_for_output()),
        ("correct_bias", tr("Correct bias"), "", lambda tune: tune.correct_bias()),
        ("reset", tr("Reset to the defaults"), "", lambda tune: tune.reset()),
    ]
    nothing = partial(_nothing_selected, document)
    return [
        Command(name, text, partial(_by, shell, act), "", key, missing=nothing, on_rows=True)
        for name, text, key, act in acts
    ]


def _by(shell: Shell, act: Callable[[TunePanel], object]) -> None:
    """The panel is made when it is first asked for."""
    act(shell.tune)


def _looks(shell: Shell) -> list[Command]:
    choose = shell.choose_theme
    return [
        Command("theme_system", tr("Theme of the system"), partial(choose, SYSTEM)),
        Command("theme_light", tr("Light theme"), partial(choose, LIGHT), "sun"),
        Command("theme_dark", tr("Dark theme"), partial(choose, DARK), "moon"),
        Command("shortcuts", tr("Keyboard shortcuts"), shell.open_shortcuts, "keyboard", "F1"),
        Command("about", tr("About Quantscope"), shell.open_about, "info"),
        *(
            Command(
                f"language_{code}",
                name,
                partial(shell.choose_language, code),
                tip=tr("The language changes with the next start"),
            )
            for code, name in LANGUAGES.items()
        ),
        Command("quit", tr("Quit"), shell.close, "", Keys.Quit),
    ]


def _no_model(document: Document) -> str | None:
    return tr("Open a model first") if document.model is None else None


def _cannot_decide(document: Document) -> str | None:
    if document.model is not None and document.model.quantized is not None:
        return tr("This model is quantized already: open its float original")
    return _no_model(document)


def _cannot_calibrate(document: Document) -> str | None:
    return _cannot_decide(document) or _no_data(document)


def _cannot_export(document: Document) -> str | None:
    missing = _cannot_decide(document)
    if missing is None and document.table is None:
        return tr("Calibrate first: ranges come from statistics")
    return missing


def _cannot_run(document: Document) -> str | None:
    """What needs statistics and samples to run the network on."""
    return _cannot_export(document) or _no_data(document)


def _no_data(document: Document) -> str | None:
    if document.dataset is not None:
        return None
    if document.refused or document.decided.source:
        return tr("The data is not open: say under Data where and how it is")
    return tr("Choose data first: a folder of images or a file of arrays")


def _nothing_selected(document: Document) -> str | None:
    if document.selection.layers:
        return None
    return tr("Choose one or more layers first")
