"""The command line: each command reads its flags, calls one thing, and prints."""

from visualsearch.cli.main import main

__all__ = ["main"]
