"""Commands that bring a page or a panel forward."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from .actions import Command
from .pages import TABS
from .translation import tr


class Pages(Protocol):
    """What holds them."""

    def show_page(self, name: str) -> None: ...
    def next_pane(self) -> None: ...


def page_commands(pages: Pages, no_model: Callable[[], str | None]) -> list[Command]:
    """`no_model` says what is missing while no model is open."""
    return [
        Command(
            "next_pane",
            tr("Next of layers, pages and Tune"),
            pages.next_pane,
            shortcut="F6",
            missing=no_model,
        ),
        *(
            Command(
                f"page_{tab.name}",
                tab.shown,
                partial(pages.show_page, tab.name),
                shortcut=f"Ctrl+{place}",
                missing=no_model,
            )
            for place, tab in enumerate(TABS, 1)
        ),
    ]
