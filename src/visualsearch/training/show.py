"""How long work tells how far it is."""

from collections.abc import Callable

Show = Callable[[float, str], None]
"""Takes the fraction that is done, 0 to 1, and what there is to say."""
