"""The commands of the window: what each is called, its key, and what it still needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from .actions import Command
from .text import ELLIPSIS
from .theme import DARK, LIGHT, SYSTEM
from .translation import LANGUAGES, tr

if TYPE_CHECKING:
    from .main_window import MainWindow

Keys = QKeySequence.StandardKey


def make_commands(window: MainWindow) -> None:
    """Adds every command to the window's actions."""
    for command in (*_files(window), *_work(window), *_tuning(window), *_looks(window)):
        window.actions_.add(command)
    stack = window.document.undo_stack
    for name, icon, key, make in (
        ("undo", "undo-2", Keys.Undo, stack.createUndoAction),
        ("redo", "redo-2", Keys.Redo, stack.createRedoAction),
    ):
        action = make(window)
        action.setShortcut(QKeySequence(key))
        window.actions_.adopt(name, action, icon)


def _files(window: MainWindow) -> list[Command]:
    files = window.files
    no_model = partial(_no_model, window)
    return [
        Command(
            "open_model",
            tr("Open model") + ELLIPSIS,
            files.ask_model,
            "box",
            Keys.Open,
            tr("Open an ONNX model"),
        ),
        Command("demo", tr("Open demo"), window.steps.open_demo),
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
            partial(window.views_show, "data"),
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


def _work(window: MainWindow) -> list[Command]:
    no_model = partial(_no_model, window)
    return [
        Command(
            "calibrate",
            tr("Calibrate"),
            window.steps.calibrate,
            "activity",
            "Ctrl+R",
            tr("Run the model on the data and collect statistics of every tensor"),
            partial(_cannot_calibrate, window),
        ),
        Command(
            "tune",
            tr("Tune"),
            window.show_tune,
            "sliders-horizontal",
            "Ctrl+T",
            tr("Decide bits, ranges and methods of the selected layers"),
            no_model,
        ),
        Command(
            "recover",
            tr("Recover"),
            partial(window.views_show, "recover"),
            "bandage",
            "Ctrl+B",
            tr("Equalize, correct biases, choose rounding: each step is kept only if it helps"),
            partial(_cannot_run, window),
        ),
        Command(
            "search",
            tr("Search"),
            partial(window.views_show, "search"),
            "chart-scatter",
            "Ctrl+P",
            tr("Find widths of each layer: the smallest that keep an error, the best in a size"),
            partial(_cannot_run, window),
        ),
        Command(
            "finetune",
            tr("Fine-tune"),
            partial(window.views_show, "finetune"),
            "graduation-cap",
            tip=tr("Train through the quantizer, for few bits"),
            missing=partial(_cannot_run, window),
        ),
        Command(
            "sensitivity",
            tr("Measure sensitivity"),
            window.network.rank,
            "activity",
            tip=tr("Quantize each layer alone and see what it does to the result"),
            missing=partial(_cannot_run, window),
        ),
        Command(
            "export",
            tr("Export"),
            partial(window.views_show, "export"),
            "package-check",
            "Ctrl+E",
            tr("Write the quantized model and check it by running it"),
            partial(_cannot_export, window),
        ),
        Command(
            "filter",
            tr("Filter layers"),
            window.focus_filter,
            "search",
            Keys.Find,
            missing=no_model,
        ),
        Command(
            "find",
            tr("Find a layer or a command"),
            window.open_palette,
            "search",
            "Ctrl+K",
        ),
        Command("cancel", tr("Cancel the work in progress"), window.cancel_work, "square", "Esc"),
    ]


def _tuning(window: MainWindow) -> list[Command]:
    by = window.tune_by
    nothing = partial(_nothing_selected, window)
    return [
        Command(
            "keep_float",
            tr("Keep float"),
            partial(by, "set_quantized", False),
            missing=nothing,
        ),
        Command("quantize", tr("Quantize"), partial(by, "set_quantized", True), missing=nothing),
        Command("bits_4", tr("4 bit"), partial(by, "set_bits", 4), missing=nothing),
        Command("bits_8", tr("8 bit"), partial(by, "set_bits", 8), missing=nothing),
        Command("bits_16", tr("16 bit"), partial(by, "set_bits", 16), missing=nothing),
        Command("best_method", tr("Best method"), partial(by, "best_method"), missing=nothing),
        Command(
            "best_output",
            tr("Best method for the outputs"),
            partial(by, "best_for_output"),
            missing=nothing,
        ),
        Command("correct_bias", tr("Correct bias"), partial(by, "correct_bias"), missing=nothing),
        Command("reset", tr("Reset to the defaults"), partial(by, "reset"), missing=nothing),
    ]


def _looks(window: MainWindow) -> list[Command]:
    choose = window.choose_theme
    return [
        Command("theme_system", tr("Theme of the system"), partial(choose, SYSTEM)),
        Command("theme_light", tr("Light theme"), partial(choose, LIGHT), "sun"),
        Command("theme_dark", tr("Dark theme"), partial(choose, DARK), "moon"),
        Command("shortcuts", tr("Keyboard shortcuts"), window.open_shortcuts, "keyboard", "F1"),
        Command("about", tr("About Quantscope"), window.open_about, "info"),
        *(
            Command(
                f"language_{code}",
                name,
                partial(window.choose_language, code),
                tip=tr("The language changes with the next start"),
            )
            for code, name in LANGUAGES.items()
        ),
        Command("quit", tr("Quit"), window.close, "", Keys.Quit),
    ]


def _no_model(window: MainWindow) -> str | None:
    return tr("Open a model first") if window.document.model is None else None


def _cannot_calibrate(window: MainWindow) -> str | None:
    model = window.document.model
    if model is None:
        return tr("Open a model first")
    if model.quantized is not None:
        return tr("This model is quantized already: open its float original")
    if window.document.dataset is None:
        return tr("Choose data first: a folder of images or a file of arrays")
    return None


def _cannot_export(window: MainWindow) -> str | None:
    if window.document.model is None:
        return tr("Open a model first")
    if window.document.table is None:
        return tr("Calibrate first: ranges come from statistics")
    return None


def _cannot_run(window: MainWindow) -> str | None:
    """What needs statistics and samples to run the network on."""
    missing = _cannot_export(window)
    if missing is None and window.document.dataset is None:
        return tr("Choose data first: a folder of images or a file of arrays")
    return missing


def _nothing_selected(window: MainWindow) -> str | None:
    if window.document.selection.layers:
        return None
    return tr("Choose one or more layers first")


def keys_of_views() -> list[tuple[str, str]]:
    """Keys that are no commands, and what they do."""
    return [
        ("L", tr("Logarithmic counts")),
        ("Q", tr("Quantized values over the float ones")),
        ("G", tr("Values of the codes")),
        (tr("Left, Right"), tr("Move a clip line by one step")),
        (tr("Up, Down"), tr("Choose the low or the high clip line")),
        (tr("Space, held"), tr("The layer as it was before its last change")),
        (tr("Alt while dragging"), tr("Do not snap to the methods")),
    ]
