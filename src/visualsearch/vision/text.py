"""Words to vectors, among those of the pictures that the words fit."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visualsearch.domain import Vector, Vectors
from visualsearch.errors import BadInput, MissingExtra, WeightsMismatch
from visualsearch.vision.embed import vectors_from
from visualsearch.vision.session import OnnxruntimeSession, open_named_session
from visualsearch.vision.weights import Card, TextTower, check_file
from visualsearch.vision.zoo import zoo


class WordReader:
    """Maps words to vectors by a model's text tower; may be used from several threads at once."""

    def __init__(self, folder: Path, card: Card, *, threads: int | None = None) -> None:
        """Check and load what the card names beside it.

        Raises BadInput where the model knows no words, MissingExtra, or WeightsMismatch.
        """
        if card.text is None:
            knowing = ", ".join(name for name, model in zoo().items() if model.text is not None)
            raise BadInput(
                f"Expected a model that knows words, found {card.name}, which knows pictures alone. "
                f"These know words: {knowing}. Change to one with: visualsearch models use NAME"
            )
        for file in (card.text.model, card.text.tokenizer):
            check_file(folder / file.file, sha256=file.sha256, size_bytes=file.size_bytes)
        self._words = card.text.words
        self._dimension = card.dimension
        self._tokenizer = _tokenizer(folder, card.text)
        self._session: OnnxruntimeSession = open_named_session(
            folder / card.text.model.file, threads=threads, output=self._words.output.name
        )

    def read(self, words: Sequence[str]) -> Vectors:
        """Map each text to a vector of length 1; what is past the model's length is cut off."""
        vectors = np.empty((len(words), self._dimension), np.float32)
        for place, text in enumerate(words):
            vectors[place] = self._read(text)
        return vectors

    def _read(self, text: str) -> Vector:
        encoded = self._tokenizer.encode(text.lower() if self._words.lower_case else text)
        given = {
            "input_ids": np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
        }
        found = vectors_from(self._session.run_named(given), self._words.output)
        if found.shape != (1, self._dimension):
            raise WeightsMismatch(
                f"expected vectors of {self._dimension} numbers from the text tower, "
                f"found shape {found.shape}; its card is of another model"
            )
        vector: Vector = found[0]
        return vector


def _tokenizer(folder: Path, tower: TextTower) -> Any:
    if importlib.util.find_spec("tokenizers") is None:
        raise MissingExtra("expected tokenizers, found that it is not installed: install visualsearch[zoo]")
    import tokenizers  # noqa: PLC0415 (an extra)

    path = folder / tower.tokenizer.file
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise WeightsMismatch(
            f"expected a tokenizer in {path}, found: {' '.join(str(error).split())[:200]}; "
            "pull the model again"
        ) from error
    tokenizer.enable_truncation(tower.words.max_tokens)
    if tower.words.padded:
        tokenizer.enable_padding(length=tower.words.max_tokens, pad_id=tower.words.pad_token)
    else:
        tokenizer.no_padding()
    return tokenizer
