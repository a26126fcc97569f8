"""Puts the commands together, and turns errors into one line and an exit code."""

import sys

import typer

from visualsearch.cli import (
    catalogue,
    copying,
    jobs,
    looking,
    mapping,
    measuring,
    models,
    searching,
    serving,
    training,
)
from visualsearch.cli.console import errors
from visualsearch.cli.logs import configure_logs
from visualsearch.errors import BadInput, VisualsearchError

FAILED, MISUSE = 1, 2
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn a shop's catalogue into a search engine that takes a photo.",
)
for group in (catalogue, copying, searching, looking, serving, mapping, models, measuring, training, jobs):
    app.add_typer(group.app)


def main() -> None:
    """Run the command that the arguments name; exits 0 when done, 1 when it failed, 2 for misuse."""
    configure_logs()
    try:
        app()
    except BadInput as error:
        _end(error.message, MISUSE)
    except VisualsearchError as error:
        _end(error.message, FAILED)
    except SystemExit as end:
        # So typer ends what was interrupted, without a word.
        if end.code == INTERRUPTED:
            errors.print("Interrupted. What was stored is kept; run the same command again to go on.")
        raise
    except BrokenPipeError:
        # Whoever read our output has enough, as in: visualsearch info | head -1
        sys.stderr.close()
        sys.exit(FAILED)


def _end(message: str, code: int) -> None:
    errors.print(message, markup=False, highlight=False)
    sys.exit(code)
