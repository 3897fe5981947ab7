"""What is made in several turns, so that none of them takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator


class InTurns:
    """Of use once it is whole; subclasses give `pieces`, each a hundredth of a second or less."""

    pieces: Iterator[Callable[[], object]] = iter(())

    def make_more(self) -> bool:
        """Makes the next piece; False once it is whole."""
        piece = next(self.pieces, None)
        if piece is not None:
            piece()
        return piece is not None

    def make_whole(self) -> None:
        while self.make_more():
            pass
