from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from quantengine.bundled import demo_model
from quantengine.cli import inspect, main, program
from quantengine.cli.exit_codes import Exit
from quantengine.cli.interrupt import run_interruptible
from quantengine.cli.main import parser_for
from quantengine.cli.parser import Parser
from quantengine.cli.program import as_program
from quantengine.errors import Cancelled, ModelError, NothingToWrite
from quantengine.files import whole_file
from quantengine.monitor import Monitor

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "quantengine.cli"]
Captured = pytest.CaptureFixture[str]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_help_loads_nothing_heavy() -> None:
    heavy = "numpy, onnx, onnxruntime, numba, PIL, scipy, rich"
    program = (
        "import sys\nfrom quantengine.cli.main import main\n"
        "try:\n    main(['quantize', '--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in '{heavy}'.split(', ') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert found.stdout.splitlines()[-1] == "[]", found.stderr


def test_flags_are_made_of_the_command_that_is_asked_for_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    module = main._module
    monkeypatch.setattr(main, "_module", lambda name: asked.append(name) or module(name))
    main.parser_for(["methods", "--json"])
    assert asked == ["methods"]
    assert main.parser_for(["--version"]).parse_args([]).command is None
    assert asked == ["methods"]


def test_without_a_command_there_is_help(capsys: Captured) -> None:
    assert main.main([]) == 0
    out = capsys.readouterr().out
    assert all(command in out for command in main.COMMANDS)


def test_version(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2 of {name}")
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "quantengine 1.2 of quantscope\n"


def raising(error: BaseException) -> Callable[..., None]:
    def run(*_: object) -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (ModelError("a\nb \x1b[2J"), 2, "quantengine: a b ?[2J"),
        (
            OSError(errno.ENOSPC, "No space left on device", "out.onnx"),
            2,
            "quantengine: out.onnx: No space left on device.",
        ),
        (OSError(errno.EIO, "I/O error"), 2, "quantengine: I/O error."),
        (NothingToWrite("a."), 3, "quantengine: a. --force writes"),
        (MemoryError(), 2, "quantengine: there is not enough memory: "),
        (OSError(errno.ENOMEM, "?"), 2, "quantengine: there is not enough memory: "),
        (Cancelled(), 130, "quantengine: stopped; nothing was left half-done."),
    ],
)
def test_what_goes_wrong_has_a_sentence_and_a_code(
    error: BaseException,
    code: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    monkeypatch.setattr(inspect, "run", raising(error))
    assert main.main(["inspect", "x"]) == code
    captured = capsys.readouterr()
    assert captured.err.startswith(sentence)
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_bug_is_one_line_that_names_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(inspect, "run", raising(ZeroDivisionError("by zero")))
    assert main.main(["inspect", "x"]) == 70
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("quantengine: internal error: ZeroDivisionError: by zero at test_cli_")
    (log,) = tmp_path.iterdir()
    assert f", please report with {log}, which says" in line
    assert log.read_text(encoding="utf-8").startswith("Traceback")


def test_a_refusal_is_never_long(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(inspect, "run", raising(ModelError("begin " + "x" * 9000 + " end.")))
    assert main.main(["inspect", "x"]) == 2
    error = capsys.readouterr().err
    assert len(error) < 1500
    assert error.startswith("quantengine: begin")
    assert error.endswith(" end.\n")


def test_the_table_of_exit_codes_is_the_one_in_the_docs() -> None:
    text = (ROOT / "docs" / "files.md").read_text()
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert listed == [*Exit]


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_ends_with_2_for_an_unknown_flag(command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main([command, "--no-such-flag"])
    assert ended.value.code == 2


def test_exit_codes_of_the_program(tmp_path: Path) -> None:
    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *argv],
            check=False,
            capture_output=True,
            text=True,
            env=environment(),
            cwd=tmp_path,
        )

    good = run("inspect", str(demo_model()), "--json")
    assert (good.returncode, good.stdout[0]) == (0, "{")
    bad = run("inspect", "missing.onnx")
    assert bad.returncode == 2
    assert bad.stderr == "quantengine: There is no file missing.onnx: check the path.\n"


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX pipe")
def test_a_reader_that_has_gone_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    found = subprocess.run(
        [*COMMAND, "inspect", str(demo_model()), "-q"],
        check=False,
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    os.close(write)
    assert (found.returncode, found.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_ctrl_c_stops_calibration_and_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "x.npy"
    np.lib.format.open_memmap(data, "w+", np.float32, (200_000, 3, 32, 32)).flush()
    output = tmp_path / "stats.npz"
    running = subprocess.Popen(
        [*COMMAND, "calibrate", str(demo_model()), "--data", str(data), "-o", str(output)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("Calibrating"):
            break
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert err.splitlines()[-1] == "quantengine: stopped; nothing was left half-done."
    assert out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["x.npy"]


def test_an_interrupt_reaches_the_monitor_and_the_handler_is_given_back() -> None:
    monitor = Monitor()
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        while True:
            monitor.check()

    with pytest.raises(Cancelled):
        run_interruptible(work, monitor)
    assert signal.getsignal(signal.SIGINT) == before


def _written_then(path: Path, error: BaseException) -> Callable[..., None]:
    def run(*_: object) -> None:
        with whole_file(path) as beside:
            beside.write_text("whole")
        raise error

    return run


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_what_was_written_before_ctrl_c_is_named(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(inspect, "run", _written_then(tmp_path / "a.out", error))
    before = signal.getsignal(signal.SIGINT)
    try:
        assert as_program(lambda: main.main(["inspect", "x"])) == 130
        told = f"stopped; what was written before is whole: {tmp_path}/a.out."
        assert capsys.readouterr().err == f"quantengine: {told}\n"
        monkeypatch.setattr(inspect, "run", raising(error))
        assert as_program(lambda: main.main(["inspect", "x"])) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "quantengine: stopped; nothing was left half-done.\n"


_STREAMS = """
import os, sys
from quantengine.cli.main import main

def ended(broken, words):
    child = os.fork()
    if child == 0:
        for number, name, how in broken:
            os.close(number)
            if how == "closed":
                setattr(sys, name, None)
            else:
                os.dup2(os.open(how, os.O_WRONLY), number)
        sys.argv = ["quantengine", *words]
        sys.exit(main())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

OUT, ERR = (1, "stdout"), (2, "stderr")
full = "/dev/full" if os.path.exists("/dev/full") else "closed"
for words, wanted in ((["methods"], 0), (["merge", "gone.npz", "-o", "x.npz"], 2)):
    main(words)  # what it imports is here for all of them
    for broken in ([(*OUT, "closed")], [(*ERR, full)], [(*OUT, "closed"), (*ERR, "closed")]):
        assert ended(broken, words) == wanted, (broken, words)
assert ended([(*OUT, full)], ["methods", "--json"]) == (2 if full != "closed" else 0)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a fork")
def test_streams_that_are_closed_or_full_change_no_exit_code(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _STREAMS],
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
        cwd=tmp_path,
    )
    assert found.returncode == 0, found.stderr
    assert "Traceback" not in found.stderr
    if Path("/dev/full").exists():
        assert "The answer cannot be printed (No space left on device)" in found.stderr


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "quantengine: stopped; nothing was left half-done."),
        (KeyError("x"), 70, "quantengine: internal error: KeyError: 'x' at test_cli_main.py:"),
    ],
)
def test_whatever_happens_outside_of_the_work_is_one_line(
    raised: BaseException, code: int, said: str, capsys: Captured
) -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        assert as_program(raising(raised)) == code
    finally:
        signal.signal(signal.SIGINT, before)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(said)


def test_ctrl_c_while_a_failure_is_told_is_heard(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(program, "failure", raising(KeyboardInterrupt()))
    before = signal.getsignal(signal.SIGINT)
    try:
        assert as_program(raising(KeyError("x"))) == 130
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "quantengine: stopped; nothing was left half-done.\n"


def test_what_ctrl_c_breaks_on_its_way_is_no_fault(capsys: Captured) -> None:
    parser = Parser()
    parser.add_argument("model")
    parser.add_argument("other", nargs="?")
    before = signal.getsignal(signal.SIGINT)
    try:
        with patch.object(Parser, "format_usage", raising(KeyboardInterrupt())):
            assert as_program(lambda: parser.parse_args(["a", "b"])) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "quantengine: stopped; nothing was left half-done.\n"


@pytest.mark.parametrize(
    "words", [["a", "b", "--data", "d"], ["a", "--data", "d", "b"], ["--data", "d", "a", "b"]]
)
def test_flags_stand_anywhere_among_arguments(words: list[str]) -> None:
    argv = ["diff", *words]
    found = parser_for(argv).parse_args(argv)
    assert (found.model, found.other, found.data) == (Path("a"), Path("b"), Path("d"))
