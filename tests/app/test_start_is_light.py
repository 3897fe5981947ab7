"""An empty window is shown before anything that computes or plots is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.settings import Settings
from quantengine.bundled import demo_model

_SHOWN = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme
folder = Path(sys.argv[1])
application = QApplication([])
window = MainWindow(Settings.in_file(folder / "s.ini"), Theme(application, LIGHT), folder)
window.show()
window.offer_recovery()
application.processEvents()
known = window.start_page.recent.count()
print(json.dumps({"recent": known, "modules": sorted(sys.modules)}))
"""
_LATER = {"numpy", "onnx", "onnxruntime", "numba", "scipy", "pyqtgraph", "PIL"}


def test_the_empty_window_computes_and_plots_nothing(tmp_path: Path) -> None:
    settings = Settings.in_file(tmp_path / "s.ini")
    settings.add_recent(demo_model())
    settings.sync()
    code = [sys.executable, "-c", _SHOWN, str(tmp_path)]
    said = subprocess.run(code, check=True, capture_output=True, encoding="utf-8").stdout
    shown = json.loads(said)
    assert shown["recent"] == 1
    assert not _LATER & set(shown["modules"])
