"""One case in a fork of this process: limited, watched, ended when its time is over."""

from __future__ import annotations

import os
import re
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from bench.hostile.case import Case, Outcome

MEMORY_BYTES, FILE_BYTES = 2**32, 2**30
"""What a case may take on top of what its parent holds, and write into one file."""
SECONDS, SECONDS_ON_DATA, CANCEL_S = 25, 10, 10
"""After these it is asked to stop, as by Ctrl-C, then ended; what others took does not count.

What runs on a person's own data has no limit: all it has to do is to stop, so it is asked sooner.
"""
LONGEST_TIMES = 4
"""How much of it may be others', so that a busy machine comes to an end."""
PROCESSOR_SECONDS = 200
_LOOKS_S = 0.05
"""How often what waits for a case looks at its clock; that it ends is heard at once."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGING = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.chmod")
_STARTING = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork")
_OWN_CHILDREN = "quantengine."
"""Modules that the engine itself starts in a process."""
_KEEPS_LOOPS = f"{os.sep}numba{os.sep}core{os.sep}"
"""numba keeps compiled loops as pickles, beside their source."""
_OUT, _ERR, _NOTED = ".out", ".err", ".noted"


def lived(case: Case) -> Outcome:
    """Runs a case to its end in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hostile") as name:
        folder = Path(name).resolve()
        size = case.write(folder)
        child = os.fork()
        if child == 0:
            _live(case, folder)
        on_data = "--data" in case.command
        code, stopped_s, used = _awaited(child, SECONDS_ON_DATA if on_data else SECONDS)
        said = _text(folder / _ERR)
        logs = "".join(map(_text, sorted((folder / "tmp").glob("quantengine-*.log"))))
        return Outcome(
            code,
            round(used.ru_utime + used.ru_stime, 2),
            used.ru_maxrss * 1024,
            size,
            said.strip().rpartition("\n")[2],
            _place(said + logs),
            tuple(dict.fromkeys(_text(folder / _NOTED).splitlines())),
            stopped_s,
            on_data,
        )


def modules_of(case: Case) -> list[str]:
    """What a case imports that this process has not: imported here, no fork pays for it again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        case.write(folder)
        child = os.fork()
        if child == 0:
            _live(case, folder, tell_modules=True)
        os.waitpid(child, 0)
        return [name for name in _text(folder / _NOTED).splitlines() if name not in sys.modules]


def _live(case: Case, folder: Path, *, tell_modules: bool = False) -> NoReturn:
    code = 99
    try:
        os.setsid()
        os.chdir(folder)
        _streams(folder)
        noted = os.open(folder / _NOTED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        _environment(folder)
        _limits()
        if not tell_modules:
            sys.addaudithook(_Watcher(folder, noted))
        code = ended(case)
        if tell_modules:
            os.write(noted, "\n".join(sorted(sys.modules)).encode())
    finally:
        os._exit(code)


def ended(case: Case) -> int:
    """The exit code of a case's command as a whole program, however late Ctrl-C comes."""
    from quantengine.cli.main import main
    from quantengine.cli.program import as_program

    try:
        return int(as_program(lambda: (case.program or main)(case.command)))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2


def _streams(folder: Path) -> None:
    for number, path in ((1, folder / _OUT), (2, folder / _ERR)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


def _environment(folder: Path) -> None:
    (folder / "tmp").mkdir()
    os.environ.update(TMPDIR=str(folder / "tmp"), COLUMNS="100")
    tempfile.tempdir = None


def _limits() -> None:
    held = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    for limit, value in (
        (resource.RLIMIT_AS, held + MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _awaited(child: int, limit_s: float) -> tuple[int | None, float | None, resource.struct_rusage]:
    """Exit code, how long it went on once it was asked to stop, and what it took."""
    clock, asked, ends = _Clock(child), False, os.pidfd_open(child)
    try:
        while True:
            select.select([ends], [], [], _LOOKS_S)
            ended, status, used = os.wait4(child, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                late = code in (-signal.SIGXCPU, -signal.SIGKILL)
                return (None if late else code), (clock.read() if asked else None), used
            if asked:
                clock.read()  # what has ended tells no more how long it waited
            if clock.is_over(CANCEL_S if asked else limit_s):
                if asked:
                    os.killpg(child, signal.SIGKILL)
                else:
                    asked, clock = True, _Clock(child)
                    os.kill(child, signal.SIGINT)
    finally:
        os.close(ends)


class _Clock:
    """How long a process goes on, without what the machine gave to others meanwhile.

    That is how long the one of its threads, of a process that it started, or of this process, that
    waited longest stood ready.
    """

    def __init__(self, process: int) -> None:
        self._process = process
        self._began, self._before, self._most = time.monotonic(), self._waited(), 0.0

    def read(self) -> float:
        for thread, waited in self._waited().items():
            self._most = max(self._most, waited - self._before.get(thread, 0.0))
        return round(max(time.monotonic() - self._began - self._most, 0.0), 2)

    def is_over(self, limit_s: float) -> bool:
        whole = time.monotonic() - self._began
        return whole > limit_s and (self.read() > limit_s or whole > LONGEST_TIMES * limit_s)

    def _waited(self) -> dict[str, float]:
        """Seconds, by thread."""
        found = {}
        for process in (*_with_children(self._process), os.getpid()):
            for path in Path(f"/proc/{process}/task").glob("*/schedstat"):
                with suppress(OSError, IndexError):  # one that has ended meanwhile
                    found[str(path)] = int(path.read_text(encoding="ascii").split()[1]) / 1e9
        return found


def _with_children(process: int) -> Iterator[int]:
    """It and all that it, or these, started."""
    yield process
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            for child in path.read_text(encoding="ascii").split():
                yield from _with_children(int(child))


class _Watcher:
    """An audit hook: notes what a case does outside its folder."""

    def __init__(self, folder: Path, noted: int) -> None:
        self._inside, self._noted = (f"{folder}/", os.devnull), noted

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        said = self._said(event, given)
        if said:
            os.write(self._noted, f"{event} {said}\n".encode(errors="replace"))

    def _said(self, event: str, given: tuple[Any, ...]) -> str:
        if event == "open":
            path, _, flags = given
            return self._outside(path) if (flags or 0) & _WRITING else ""
        if event in _CHANGING or event == "os.truncate":
            return self._outside(given[0])
        if event in _STARTING:
            words = " ".join(map(str, given[1] or ())) if len(given) > 1 else ""
            return "" if f" -m {_OWN_CHILDREN}" in words else words or "a process"
        if event == "pickle.find_class":
            return "" if _is_within(_KEEPS_LOOPS) else f"{given[0]}.{given[1]}"
        return str(given[1:]) if event.startswith("socket.") else ""

    def _outside(self, path: Any) -> str:
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - a path as the system gets it
        return "" if whole.startswith(self._inside) or "__pycache__" in whole else whole


def _is_within(folder: str) -> bool:
    """Whether a call from a file there is under way."""
    frame = sys._getframe()
    while frame is not None and folder not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.exists() else ""


def _place(said: str) -> str:
    """The last line of our own code in a traceback, and what was raised there."""
    _, head, trace = said.rpartition("Traceback (most recent call last)")
    if not head:
        return ""
    ours = re.findall(r'File ".*?/(quantengine/.*?)", line (\d+)', trace)
    raised = re.findall(r"^(\w[\w.]*(?:Error|Exception|Interrupt|Warning)\b.*)$", trace, re.M)
    where = ":".join(ours[-1]) if ours else "?"
    return f"{where} {raised[-1][:160] if raised else ''}".strip()
