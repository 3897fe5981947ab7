"""Everything but training works where torch is not installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest

from quantengine import extras
from quantengine.cli.main import main
from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings

_HIDE = "import sys; sys.modules['torch'] = None; "


def _run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _HIDE + code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [["finetune", "m.onnx", "-o", "o.onnx"], ["sweep", "m.onnx", "--bits", "4", "--finetune"]],
)
def test_training_says_what_to_install(command):
    arguments = [*command, "--data", "d"]
    done = _run(f"from quantengine.cli.main import main; sys.exit(main({arguments}))")
    assert done.returncode == 2
    assert f"{sys.executable} -m pip install 'torch>=" in done.stderr
    assert "quantscope[" not in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_and_results_need_no_torch():
    code = (
        "import quantengine, quantengine.finetune.settings, quantengine.finetune.outcome; "
        "import quantengine.cli.sweep, quantengine.cli.finetune"
    )
    done = _run(code)
    assert done.returncode == 0, done.stderr


def test_the_command_is_listed(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["finetune", "--help"])
    assert stop.value.code == 0
    assert "--range-method" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "magic"},
        {"methods": (("conv*", "magic"),)},
        {"epochs": 0},
        {"weight_rate": -1.0},
        {"range_rate": float("nan")},
        {"held_out": 1.0},
        {"delta": -0.1},
        {"device": "tpu"},
    ],
)
def test_impossible_settings_are_refused(changes):
    with pytest.raises(PlanError):
        Settings(**changes)


def test_what_is_not_installed_is_asked_for_by_its_own_name(monkeypatch):
    def missing(_):
        raise PackageNotFoundError

    monkeypatch.setattr(extras, "requires", missing)
    assert extras.install_command("train", "torch").endswith(" -m pip install torch")
    needs = [
        "numpy>=1.26",
        'torch>=2.5; extra == "train"',
        'scipy; python_version > "3" and extra == "test"',
    ]
    monkeypatch.setattr(extras, "requires", lambda _: needs)
    assert extras.install_command("train", "torch").endswith(" -m pip install 'torch>=2.5'")
    assert extras.install_command("test", "x").endswith(" -m pip install scipy")
