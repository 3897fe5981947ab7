"""How much memory training takes, and how much of a batch fits at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from quantengine.finetune.pytorch import Tensor, torch

_STATUS = Path("/proc/self/status")


def kept_bytes(compute: Callable[[], Any]) -> int:
    """Bytes of all that is kept for the gradients of what `compute` gives."""
    sizes: dict[int, int] = {}

    def keep(tensor: Tensor) -> Any:
        storage = tensor.untyped_storage()
        sizes[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        result = compute()
    del result
    return sum(sizes.values())


def peak_bytes(device: str) -> int | None:
    """The most memory the device held for tensors, or this process held; None: not known."""
    if device == "cuda":
        return int(torch.cuda.max_memory_allocated())
    try:
        text = _STATUS.read_text(encoding="ascii")
    except OSError:
        return _peak_by_resource()
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if "VmHWM" in line)


def _peak_by_resource() -> int | None:
    """Where the system has no /proc: macOS counts bytes; Windows does not tell."""
    try:
        import resource
    except ModuleNotFoundError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
