"""Gathers the evidence of questions by the code that the search uses, for the fusion to learn from."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.evaluation.desk import Desk
from visualsearch.evaluation.duplicates import duplicates
from visualsearch.training.questions import Questions, Sort
from visualsearch.training.show import Show


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates of one question, and which of them are right."""

    shop: str
    features: NDArray[np.float32]
    """Shape (candidates, features): as ``Evidence`` makes them."""
    is_right: NDArray[np.bool_]
    sort: Sort


def weigh(questions: Questions, show: Show) -> Iterator[Judged]:
    """Judge every question, in their order; near-identical pictures of right ones are right."""
    gallery = questions.gallery
    desk = Desk([one.view for one in gallery])
    same = duplicates(np.stack([one.hash for one in gallery]), desk.vectors)
    products = np.array([one.product for one in gallery])
    kinds = np.array([one.kind for one in gallery])
    for number, task in enumerate(questions.tasks):
        show(number / len(questions.tasks), f"weighs {task.shop}, {task.sort}")
        laid = desk.lay_all([one.asked for one in task.questions])
        for question, one in zip(task.questions, laid, strict=True):
            right = (kinds if task.sort == "kind" else products) == question.wanted
            for first, second in same:
                right[[first, second]] = right[first] or right[second]
            if question.asked.itself >= 0:
                right[question.asked.itself] = False
            yield Judged(task.shop, one.evidence.features(), right[one.rows], task.sort)
