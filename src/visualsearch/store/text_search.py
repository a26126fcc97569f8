"""The index of words in PostgreSQL: tsvector with weights, prefixes and Porter's stems."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from visualsearch.store.database import WEIGHTS, Connection, Cursor, Stemming

MOST_WORDS = 32
_LONGEST_TEXT = 20_000
"""Characters of each text that are found by words: all together make a tsvector of less than 1 MiB."""

_CLASSES = dict(zip(sorted(set(WEIGHTS.values())), "DCBA", strict=True))
"""The class of a weight; PostgreSQL has four."""
_RANKS = "{" + ", ".join(f"{weight / max(_CLASSES):g}" for weight in _CLASSES) + "}"
_TAGS = _CLASSES[WEIGHTS["tags"]]
_TOKENS = "asciiword, word, numword, int, uint, float, sfloat"
_MARKS = re.compile("[\u0300-\u036f]")

# Without stop words, as FTS5 is: "The The" is a name.
CONFIGURATIONS = f"""
CREATE TEXT SEARCH DICTIONARY words_porter (TEMPLATE = snowball, Language = porter);
CREATE TEXT SEARCH DICTIONARY words_simple (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION words_english (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words_english ADD MAPPING FOR {_TOKENS} WITH words_porter;
CREATE TEXT SEARCH CONFIGURATION words_none (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words_none ADD MAPPING FOR {_TOKENS} WITH words_simple;
"""
"""How words become lexemes, by the setting; what the parser would split is split before."""

_CONFIGURATION = "(SELECT ('words_' || stemming)::regconfig FROM catalogue)"


class TextSearch:
    """Words in a column of the documents."""

    def is_made(self, connection: Connection, stemming: Stemming) -> bool:
        """Tell whether there is one that was made in this way."""
        return bool(connection.execute("SELECT stemming FROM catalogue").fetchone()[0] == stemming)

    def make(self, connection: Connection, stemming: Stemming) -> None:
        """Make it anew, with nothing in it."""
        connection.execute("UPDATE catalogue SET stemming = ?", (stemming,))
        connection.execute("UPDATE documents SET words = ''")

    def write(self, connection: Connection, documents: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Write documents, or write them anew."""
        parts = [
            f"setweight(to_tsvector({_CONFIGURATION}, ?), '{_CLASSES[weight]}')"
            for weight in WEIGHTS.values()
        ]
        connection.executemany(
            f"UPDATE documents SET words = {' || '.join(parts)} WHERE number = ?",  # noqa: S608 (constants)
            [(*map(_plain, texts), number) for number, texts in documents],
        )

    def write_tags(self, connection: Connection, tags: Iterable[tuple[int, str]]) -> None:
        """Write the tags of documents that are there."""
        others = ", ".join(one for one in "abcd" if one != _TAGS.lower())
        connection.executemany(
            f"UPDATE documents SET words = ts_filter(words, '{{{others}}}')"  # noqa: S608 (constants)
            f" || setweight(to_tsvector({_CONFIGURATION}, ?), '{_TAGS}') WHERE number = ?",
            [(_plain(text), number) for number, text in tags],
        )

    def ask(self, words: str, *, every: bool) -> str | None:
        """Write words as a tsquery: of letters and digits alone, whatever was asked; parts are a phrase."""
        known = "".join(one if one.isprintable() else " " for one in words)
        phrases = [phrase for word in known.split() if (phrase := " <-> ".join(_plain(word).split()))]
        if not phrases:
            return None
        asked = (" & " if every else " | ").join(f"({phrase})" for phrase in phrases[:MOST_WORDS])
        return asked if words[-1].isspace() else f"{asked[:-1]}:*)"

    def fitting(self, connection: Connection, asked: str) -> Cursor:
        """Find the numbers of the documents that fit a question."""
        return connection.execute(
            f"SELECT number FROM documents WHERE words @@ to_tsquery({_CONFIGURATION}, ?)",  # noqa: S608 (a constant)
            (asked,),
        )

    def best(
        self, connection: Connection, asked: str, limit: int, among: set[int] | None
    ) -> list[tuple[int, float]]:
        """Find the documents that fit a question best, by the weights of what fits and their length."""
        chosen = "" if among is None else "AND number = ANY(?)"
        numbers = () if among is None else (sorted(among),)
        return connection.execute(
            f"SELECT number, ts_rank('{_RANKS}', words, asked, 1)::float8 AS score"  # noqa: S608 (constants)
            f" FROM documents, to_tsquery({_CONFIGURATION}, ?) AS asked"
            f" WHERE words @@ asked {chosen} ORDER BY score DESC, number LIMIT ?",
            (asked, *numbers, limit),
        ).fetchall()


def _plain(text: str) -> str:
    """Part a text as FTS5's unicode61 does: runs of letters and digits, without accents."""
    known = text[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", known)))
    return "".join(one if one.isalnum() else " " for one in bare).lower()
