from __future__ import annotations

from pathlib import Path

import pytest

from quantengine.bundled import demo_model
from tests.traces import has_strace, leave_traces

OPEN_AND_CLOSE = """
import sys
from PySide6.QtWidgets import QApplication
from app import start
from app.__main__ import main

application = QApplication([])

class Closing(start.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.document.model_changed.connect(self.close_at_once)

    def close_at_once(self):
        # Where opening took long the first close asks; a second one is obeyed.
        self.close() or self.close()

start.MainWindow = Closing
code = main(sys.argv[1:])
print("onnxruntime" in sys.modules)
sys.exit(code)
"""


@pytest.mark.parametrize("traced", [False, True])
def test_the_window_leaves_its_settings_and_opens_no_connection(
    traced: bool, tmp_path: Path
) -> None:
    if traced and not has_strace():
        pytest.skip("needs strace")
    words = ["-c", OPEN_AND_CLOSE, str(demo_model())]
    found = leave_traces(tmp_path / "run", words, traced=traced)
    assert (found.code, found.out) == (0, "True\n"), found.err
    assert all("quantscope" in file for file in found.files), found.files
    assert found.connections == ()
