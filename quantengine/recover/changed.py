"""A model with other constants, where the steps of recovery look for it."""

from __future__ import annotations

from quantengine.graph.changed import with_constants

__all__ = ["with_constants"]
