"""Learns the visual words from catalogue pictures: `python -m visualsearch.training.vocabulary --help`."""

import argparse
import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualsearch.evaluation.split import is_held_out
from visualsearch.pictures.decode import decode
from visualsearch.vision.local import CATALOGUE, LocalFeatures
from visualsearch.vision.words import BRANCHES, PACKAGED, Codes, Vocabulary

SETS = {
    "amazon": ("products.csv", 3500),
    "packshots": ("pictures.csv", 900),
    "fashion": ("products.csv", 1500),
}
"""Tables, and how many of the first pictures of each; those held out are passed over."""
MOST_CODES = 900_000
CODES_OF_BRANCH = 8_000
ROUNDS = 12

Signs = NDArray[np.float32]
"""Shape (count, 256): the bits as -1 and 1."""


def learn(codes: Codes) -> Codes:
    """Learn branches and words [128, 129, 32] from codes [n, 32], by k-means of bits.

    Each centre is the majority of its codes, bit by bit, and so a code again.
    """
    chance = np.random.default_rng(1)
    codes = codes[chance.permutation(len(codes))[:MOST_CODES]]
    branches = _centres(codes[: MOST_CODES // 4], chance)
    nearest = np.concatenate(
        [(_signs(part) @ _signs(branches).T).argmax(axis=1) for part in np.array_split(codes, 64)]
    )
    tree = np.empty((BRANCHES, BRANCHES + 1, codes.shape[1]), np.uint8)
    for number in range(BRANCHES):
        tree[number, 0] = branches[number]
        tree[number, 1:] = _centres(codes[nearest == number][:CODES_OF_BRANCH], chance)
    return tree


def _centres(codes: Codes, chance: np.random.Generator) -> Codes:
    signs = _signs(codes)
    centres = signs[chance.choice(len(signs), BRANCHES, replace=len(signs) < BRANCHES)]
    for _ in range(ROUNDS):
        nearest = (signs @ centres.T).argmax(axis=1)
        for number in range(BRANCHES):
            members = signs[nearest == number]
            # A centre that nobody is nearest to begins again at one that is.
            chosen = members.sum(axis=0) if len(members) else signs[chance.integers(len(signs))]
            centres[number] = np.where(chosen > 0, 1, -1)
    return np.packbits(centres > 0, axis=1)


def _signs(codes: Codes) -> Signs:
    return np.unpackbits(codes, axis=1).astype(np.float32) * 2 - 1


def main() -> None:
    """Read the pictures, learn, and write the file."""
    parser = argparse.ArgumentParser(description="Learn the visual words that come with the package.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of pictures")
    parser.add_argument("--out", type=Path, default=PACKAGED)
    arguments = parser.parse_args()
    # Words of features are not known yet, and not asked for.
    blank = Vocabulary(np.zeros((BRANCHES, 32), np.uint8), np.zeros((BRANCHES, BRANCHES, 32), np.uint8))
    features = LocalFeatures(CATALOGUE, blank)
    paths = []
    for name, (table, count) in SETS.items():
        with (arguments.data / name / table).open(encoding="utf-8", newline="") as lines:
            pictures = [arguments.data / name / row["image"] for row in csv.DictReader(lines)][:count]
        paths += [path for path in pictures if path.is_file() and not is_held_out(path.stem)]
    with ThreadPoolExecutor(2) as threads:
        prints = list(threads.map(lambda path: features.examine(decode(path.read_bytes()).pixels), paths))
    np.save(arguments.out, learn(np.concatenate([one.codes for one in prints])))


if __name__ == "__main__":
    main()
