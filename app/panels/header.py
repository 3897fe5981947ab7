"""The header over the whole window: facts, verdict, and the lines that say what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from ..actions import Actions
from ..context import Context
from ..flag import flag_of, question_of
from ..widgets.row import fill, vertical
from .chain import Chain
from .flag_line import FlagLine
from .verdict_line import VerdictLine


class Header(QFrame):
    """Line 2 and 3 come with a model; a question has a line while nobody answered it."""

    def __init__(self, context: Context, actions: Actions) -> None:
        super().__init__()
        self._context = context
        self.setObjectName("header")
        self.chain = Chain(context, actions)
        self.verdict = VerdictLine(context)
        self.flag = FlagLine(context, flag_of)
        self.question = FlagLine(context, question_of)
        column = vertical(self, 0, 0, 0, 0, spacing=0)
        fill(column, self.chain, self.verdict, self.flag, self.question)
        context.document.model_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.verdict.setVisible(self._context.document.model is not None)
