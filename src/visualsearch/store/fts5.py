"""The index of words in SQLite: its FTS5, ranked by BM25."""

from collections.abc import Iterable, Sequence

from visualsearch.store.database import WEIGHTS, Connection, Cursor, Stemming

MOST_WORDS = 32

_TOKENIZERS = {"english": "porter unicode61 remove_diacritics 2", "none": "unicode61 remove_diacritics 2"}


class Fts5:
    """Words in a table of their own, whose row ids are the numbers of documents."""

    def is_made(self, connection: Connection, stemming: Stemming) -> bool:
        """Tell whether there is one that was made in this way."""
        stored = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()
        return stored is not None and stored[0] == _table(stemming)

    def make(self, connection: Connection, stemming: Stemming) -> None:
        """Make it anew, with nothing in it."""
        connection.execute("DROP TABLE IF EXISTS words")
        connection.execute(_table(stemming))

    def write(self, connection: Connection, documents: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Write documents, or write them anew."""
        connection.executemany(
            f"INSERT OR REPLACE INTO words (rowid, {', '.join(WEIGHTS)}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (constants)
            [(number, *texts) for number, texts in documents],
        )

    def write_tags(self, connection: Connection, tags: Iterable[tuple[int, str]]) -> None:
        """Write the tags of documents that are there."""
        connection.executemany(
            "UPDATE words SET tags = ? WHERE rowid = ?", [(text, number) for number, text in tags]
        )

    def ask(self, words: str, *, every: bool) -> str | None:
        """Write words as a question to FTS5: each is quoted."""
        known = "".join(one if one.isprintable() else " " for one in words)
        quoted = [
            '"' + word.replace('"', '""') + '"' for word in known.split() if any(map(str.isalnum, word))
        ]
        if not quoted:
            return None
        return (" AND " if every else " OR ").join(quoted[:MOST_WORDS]) + " *" * (not words[-1].isspace())

    def fitting(self, connection: Connection, asked: str) -> Cursor:
        """Find the numbers of the documents that fit a question."""
        return connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (asked,))

    def best(
        self, connection: Connection, asked: str, limit: int, among: set[int] | None
    ) -> list[tuple[int, float]]:
        """Find the documents that fit a question best, each with its BM25."""
        weights = ", ".join(map(str, WEIGHTS.values()))
        statement = (
            f"SELECT rowid, -bm25(words, {weights}) AS score FROM words WHERE words MATCH ?"  # noqa: S608 (constants)
            " ORDER BY score DESC, rowid"
        )
        if among is None:
            return connection.execute(f"{statement} LIMIT ?", (asked, limit)).fetchall()
        return [one for one in connection.execute(statement, (asked,)) if one[0] in among][:limit]


def _table(stemming: Stemming) -> str:
    return (
        f"CREATE VIRTUAL TABLE words USING fts5({', '.join(WEIGHTS)},"
        f" tokenize = '{_TOKENIZERS[stemming]}', prefix = '2 3')"
    )
