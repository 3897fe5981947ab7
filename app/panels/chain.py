"""The chain of facts: model, what it is calibrated and judged on, target; each is a menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from quantengine.language import LANGUAGES

from ..actions import Actions
from ..context import Context
from ..facts import DataSource
from ..sessions import Session
from ..text import ELLIPSIS, in_line, on_button
from ..translation import counted, tr_engine
from ..whole_plan import switches, turn
from ..widgets.label import Label, plain_tip
from ..widgets.menu_button import MenuButton
from ..widgets.row import fill, horizontal
from .start import lines_of

_MODEL = ("open_model", "demo", "", "open_project", "save", "save_as", "", "save_report")
_CALIBRATED = ("data_folder", "data_file", "", "data_edit", "", "calibrate", "ranges_file")
_JUDGED = ("judge_folder", "judge_file", "", "judge_same")
_LOOKS = ("theme_system", "theme_light", "theme_dark")
_MODEL_WIDTH = 180
_WIDE = 1200
"""From here on there is room to say what finds."""
_DOT = "\N{MIDDLE DOT}"


class Chain(QWidget):
    """Line 1 of the header; also what is always reachable: find, undo, redo, Export."""

    def __init__(self, context: Context, actions: Actions) -> None:
        super().__init__()
        self._context, self._actions = context, actions
        self.model = MenuButton(self.tr("Model"), least=_MODEL_WIDTH)
        self.calibrated = MenuButton(self.tr("Calibrate on"))
        self.judged = MenuButton(self.tr("Judge on"))
        self.target = MenuButton(self.tr("Target"))
        self.more, self.help = MenuButton(self.tr("View")), MenuButton(self.tr("Help"))
        self._dots = [Label(_DOT) for _ in range(3)]
        self._make_right()
        self._fill_menus()
        line = horizontal(self, 8, 4, 12, 4, spacing=4)
        facts = (self.model, self.calibrated, self.judged, self.target)
        fill(line, facts[0])
        for dot, fact in zip(self._dots, facts[1:], strict=True):
            dot.setProperty("dim", True)
            fill(line, dot, fact)
        fill(line, 1, self.finder, self.undo, self.redo, self.more, self.help, self.export)
        document = context.document
        for changed in (
            document.model_changed,
            document.judged_changed,
            document.table_changed,
            document.plan_changed,
            document.project_changed,
            document.source_changed,
        ):
            changed.connect(self.refresh)
        context.theme.changed.connect(self._tint)
        self.refresh()
        self._tint()

    def refresh(self) -> None:
        document = self._context.document
        model = document.model
        for part in (*self._dots, self.calibrated, self.judged, self.target):
            part.setVisible(model is not None)
        if model is None:
            self.model.show_text(self.tr("Open"), self.tr("Open a model, a project or the demo"))
            return
        path = document.project or model.path
        self.model.show_text(in_line(path.stem), str(path))
        self.calibrated.show_text(*self._calibrated_on())
        self.judged.show_text(*self._judged_on())
        target = document.plan.target
        what = self.tr("What the model will run on: sets the defaults of the plan")
        self.target.show_text(target, what)

    def _calibrated_on(self) -> tuple[str, str]:
        document = self._context.document
        source, table = document.dataset_source, document.table
        if source is None:
            text = self.tr("no statistics")
            if table is not None:
                text = self.tr("calibrated on {0}").format(counted(len(table.samples), "sample"))
            return text, self.tr("Choose data: a folder of images or a file of arrays")
        name, n = in_line(source.name), len(document.dataset or ())
        if table is None:
            return self.tr("data {0}, {1}").format(name, n), str(source.path)
        if document.table_is_stale:
            return self.tr("data {0}, {1}: not calibrated").format(name, n), str(source.path)
        return self.tr("calibrated on {0}, {1}").format(name, n), str(source.path)

    def _judged_on(self) -> tuple[str, str]:
        document = self._context.document
        source, judged = document.judges_source, document.judged
        if judged is None:
            return self.tr("judged on nothing yet"), self.tr("Choose data first")
        if source is None:
            same = self.tr("Nothing is held out: the samples that chose the ranges judge them too")
            return self.tr("judged on the same {0}").format(len(judged.judged)), same
        text = self.tr("judged on {0}, {1}").format(in_line(source.name), len(judged.judged))
        return text, str(source.path)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        wide = style.ToolButtonTextBesideIcon if self.width() >= _WIDE else style.ToolButtonIconOnly
        self.finder.setToolButtonStyle(wide)

    def in_order(self) -> tuple[QWidget, ...]:
        """From left to right."""
        facts = (self.model, self.calibrated, self.judged, self.target)
        buttons = (self.finder, self.undo, self.redo)
        return (*facts, *buttons, self.more, self.help, self.export)

    def _make_right(self) -> None:
        self.finder = QToolButton()
        self.finder.setDefaultAction(self._actions["find"])
        self.undo, self.redo = QToolButton(), QToolButton()
        self.undo.setDefaultAction(self._actions["undo"])
        self.redo.setDefaultAction(self._actions["redo"])
        self.export = QPushButton(self._actions["export"].text() + ELLIPSIS)
        self.export.setProperty("primary", True)
        self.export.clicked.connect(lambda _checked: self._actions["export"].trigger())
        self._actions["export"].changed.connect(self._follow_export)
        self._follow_export()
        for button in (self.finder, self.undo, self.redo):
            button.setAutoRaise(True)
            button.setProperty("fact", True)
        self._actions["find"].changed.connect(self._name_finder)
        self._name_finder()

    def _name_finder(self) -> None:
        """The action's own text is a sentence; its key is what people look for."""
        self.finder.setText(self.tr("Find  Ctrl+K"))

    def _follow_export(self) -> None:
        action = self._actions["export"]
        self.export.setEnabled(action.isEnabled())
        self.export.setToolTip(plain_tip(action.toolTip()))

    def _fill_menus(self) -> None:
        _add(self.model.choices, self._actions, _MODEL)
        self.recent = QMenu(self.tr("Recent"), self.model.choices)
        self.recent.setToolTipsVisible(True)
        self.recent.aboutToShow.connect(self._fill_recent)
        before = self._actions["open_project"]
        self.model.choices.insertMenu(before, self.recent)
        _add(self.calibrated.choices, self._actions, _CALIBRATED)
        _add(self.judged.choices, self._actions, _JUDGED)
        self._arrays: list[QAction] = []
        self.judged.choices.aboutToShow.connect(self._fill_judged)
        menu = self.more.choices
        self.more.show_text(self.tr("View"))
        self.help.show_text(self.tr("Help"))
        _add(menu, self._actions, ("tune", "recover", "search", "finetune", "sensitivity", ""))
        _add(menu, self._actions, ("look_by_itself", ""))
        _add(menu, self._actions, (*_LOOKS, "", *(f"language_{code}" for code in LANGUAGES), ""))
        _add(menu, self._actions, ("quit",))
        _add(self.help.choices, self._actions, ("guide", "shortcuts", "about"))
        self.target.choices.setToolTipsVisible(True)
        self.target.choices.aboutToShow.connect(self._fill_targets)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for session in self._context.settings.sessions:
            name, verdict = lines_of(session)
            action = self.recent.addAction(on_button(f"{name}    {verdict}"))
            action.triggered.connect(partial(self._open, session))
            action.setToolTip(plain_tip(str(session.path)))
            action.setEnabled(session.path.exists())

    def _open(self, session: Session, _checked: bool = False) -> None:
        self._context.files.open_session(session)

    def _fill_judged(self) -> None:
        """Other arrays of the file that is open come first."""
        for action in self._arrays:
            self.judged.choices.removeAction(action)
        found, now = self._context.judges.others, self._context.document.judges_source
        self._arrays = [QAction(on_button(each.name), self.judged.choices) for each in found]
        for action, each in zip(self._arrays, found, strict=True):
            action.triggered.connect(partial(self._judge_on, each))
            action.setCheckable(True)
            action.setChecked(now is not None and now.name == each.name)
        self.judged.choices.insertActions(self.judged.choices.actions()[0], self._arrays)

    def _judge_on(self, source: DataSource, _checked: bool = False) -> None:
        self._context.judges.choose(source)

    def _fill_targets(self) -> None:
        from quantengine.targets import TARGETS

        menu, now = self.target.choices, self._context.document.plan.target
        menu.clear()
        for name, known in TARGETS.items():
            action = menu.addAction(name, partial(self.choose_target, name))
            action.setToolTip(plain_tip(tr_engine(known.note)))
            action.setCheckable(True)
            action.setChecked(name == now)
        menu.addSeparator()
        for switch in switches():
            action = menu.addAction(switch.text, partial(turn, self._context, switch))
            action.setToolTip(plain_tip(switch.tip))
            action.setCheckable(True)
            action.setChecked(switch.is_on(self._context.document.plan))

    def choose_target(self, target: str) -> None:
        """The defaults of the plan are those of another target, as one undo step."""
        from ..edits import for_target

        document = self._context.document
        text = self.tr("target {0}").format(target)
        document.edit(text, plan=for_target(document.plan, target))
        self._observe_all()

    def _observe_all(self) -> None:
        """A target that takes whole networks needs statistics of more tensors."""
        from quantengine.decisions import plan_taps
        from quantengine.targets import rules_of

        document = self._context.document
        model, table = document.model, document.table
        if model is None or table is None or not rules_of(document.plan).whole:
            return
        if any(tap.tensor not in table.tensors for tap in plan_taps(model, document.plan)):
            self._context.steps.calibrate()

    def _tint(self) -> None:
        theme = self._context.theme
        self.model.setIcon(theme.icon("box"))


def _add(menu: QMenu, actions: Actions, names: tuple[str, ...]) -> None:
    for name in names:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
