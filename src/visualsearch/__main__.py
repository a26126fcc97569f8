"""Lets ``python -m visualsearch`` do what ``visualsearch`` does."""

from visualsearch.cli import main

if __name__ == "__main__":
    main()
