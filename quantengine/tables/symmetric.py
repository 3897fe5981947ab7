"""What tables without zero points leave out."""

from __future__ import annotations

from quantengine.sentence import Sentence
from quantengine.tables.listing import Listing, about


def widened(listing: Listing) -> tuple[Sentence, ...]:
    """Ranges that do not lie alike on both sides of zero are widened."""
    uneven = (name for name, each in listing.activations.items() if not each.symmetric)
    told = Sentence("Here ranges are as wide below zero as above, so these lose up to a bit: {0}.")
    return about(told, uneven)


def without_weights(listing: Listing) -> tuple[Sentence, ...]:
    told = Sentence("The table has no place for weights: the tool quantizes them by itself.")
    return (told,) if listing.weights else ()


def other_widths(listing: Listing) -> tuple[Sentence, ...]:
    other = (name for name, each in listing.activations.items() if each.dtype.bits != 8)
    return about(Sentence("The table says nothing of widths; not 8 bits are: {0}."), other)
