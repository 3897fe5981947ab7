"""Keys that are no commands, and what they do."""

from __future__ import annotations

from .translation import tr


def keys_of_views() -> list[tuple[str, str]]:
    """Keys that are no commands, and what they do."""
    return [
        ("Alt", tr("Letters of what can be pressed, while it is held")),
        ("L", tr("Logarithmic counts")),
        ("Q", tr("Quantized values over the float ones")),
        ("G", tr("Values of the codes")),
        (tr("Left, Right"), tr("Move a clip line by one step")),
        (tr("Up, Down"), tr("Choose the low or the high clip line")),
        (tr("Space, held"), tr("The layer as it was before its last change")),
        (tr("Alt while dragging"), tr("Do not snap to the methods")),
    ]
