"""What to install before anything can be trained."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from quantengine.extras import install_command

from ..widgets.copy_line import CopyLine
from ..widgets.label import Label
from ..widgets.row import fill


class NeedsTorch(QWidget):
    def __init__(self) -> None:
        super().__init__()
        sentence = Label(
            self.tr("Fine-tuning needs torch, which is not installed. Run this, then start again:")
        )
        sentence.setProperty("dim", True)
        self.command = CopyLine(
            install_command("train", "torch"), self.tr("Command that installs torch")
        )
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        for part in (sentence, self.command):
            line = QHBoxLayout()
            fill(line, 1, part, 1)
            column.addLayout(line)
        column.addStretch(1)
