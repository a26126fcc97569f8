"""Questions are asked one by one, failures are kept, and outcomes survive a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.domain import WHOLE, Answer, Box, Hit, PictureId, Product, ProductId, Query
from visualsearch.errors import BadInput, NotAPicture
from visualsearch.evaluation.run import Outcome, load_outcomes, run, save_outcomes
from visualsearch.evaluation.truth import Question

SHELF = tuple(ProductId(f"product-{number}") for number in range(30))


def answer_with(products: tuple[ProductId, ...]) -> Answer:
    picture = PictureId("0" * 64)
    hits = (Hit(Product(product), picture, (picture,), WHOLE, 0.5, ()) for product in products)
    return Answer(tuple(hits), WHOLE, 1, {})


def answer_from_shelf(query: Query) -> Answer:
    """Find the product that the picture's bytes name first; what is asked for otherwise is passed over."""
    if not query.picture:
        raise NotAPicture("expected a picture, found no bytes; send one")
    named = ProductId(query.picture.decode())
    return answer_with((named, *(product for product in SHELF if product != named)))


@pytest.fixture
def ask_for(tmp_path: Path) -> Callable[[str], Question]:
    def ask(name: str) -> Question:
        (tmp_path / f"{name}.jpg").write_bytes(name.encode())
        return Question(tmp_path / f"{name}.jpg", frozenset((ProductId(name),)))

    return ask


def test_each_question_is_asked_once_in_order_after_a_warm_up(ask_for: Callable[[str], Question]) -> None:
    asked: list[Query] = []
    done: list[int] = []

    def answer(query: Query) -> Answer:
        asked.append(query)
        return answer_from_shelf(query)

    questions = [ask_for(name) for name in SHELF[:3]]
    outcomes = run(questions, answer, limit=20, progress=done.append)
    assert [query.picture for query in asked] == [SHELF[place].encode() for place in (0, 0, 1, 2)]
    assert [outcome.question for outcome in outcomes] == questions
    assert [outcome.ranked[0] for outcome in outcomes] == list(SHELF[:3])
    assert all(len(outcome.ranked) == 20 and outcome.seconds > 0 for outcome in outcomes)
    assert done == [1, 2, 3]


def test_the_query_has_the_box_the_exclusions_and_the_limit(ask_for: Callable[[str], Question]) -> None:
    asked: list[Query] = []

    def answer(query: Query) -> Answer:
        asked.append(query)
        return answer_with(())

    plain = ask_for("product-1")
    box, exclude = Box(0, 0, 0.5, 1), frozenset((ProductId("other"),))
    run([Question(plain.picture, plain.right, exclude, box)], answer, limit=30)
    assert asked[0] == Query(b"product-1", box=box, limit=30, exclude=exclude)


def test_an_excluded_product_is_no_hit_even_where_the_search_gives_it(
    ask_for: Callable[[str], Question],
) -> None:
    plain = ask_for(SHELF[0])
    (outcome,) = run(
        [Question(plain.picture, frozenset(SHELF[1:2]), frozenset(SHELF[:1]))], answer_from_shelf
    )
    assert outcome.ranked == SHELF[1:11]


def test_what_cannot_be_asked_fails_alone(ask_for: Callable[[str], Question]) -> None:
    questions = [ask_for(""), ask_for("product-1"), ask_for("product-2")]
    questions[1].picture.unlink()
    empty, gone, good = run(questions, answer_from_shelf)
    assert empty.failure
    assert (empty.failure.code, empty.failure.subject) == ("not-a-picture", str(questions[0].picture))
    assert gone.failure
    assert gone.failure.code == "not-found"
    assert (empty.ranked, gone.ranked, good.ranked[0], good.failure) == ((), (), "product-2", None)


def test_a_mistake_in_the_program_is_not_taken_for_a_miss(ask_for: Callable[[str], Question]) -> None:
    def answer(query: Query) -> Answer:
        raise ZeroDivisionError(query)

    with pytest.raises(ZeroDivisionError):
        run([ask_for("product-1")], answer)


@pytest.mark.parametrize("limit", [0, 9, 101])
def test_a_limit_that_the_metrics_cannot_use_is_refused(
    ask_for: Callable[[str], Question], limit: int
) -> None:
    with pytest.raises(BadInput, match=f"from 10 to 100 products, found {limit}"):
        run([ask_for("product-1")], answer_from_shelf, limit=limit)


def test_no_questions_have_no_outcomes() -> None:
    assert run([], answer_from_shelf) == []


def test_saved_outcomes_are_loaded_as_they_were(ask_for: Callable[[str], Question], tmp_path: Path) -> None:
    plain = ask_for("größe\u2028|1")
    boxed = Question(plain.picture, plain.right, frozenset(SHELF[:2]), Box(0.1, 0.2, 1 / 3, 1), 7)
    outcomes = run([plain, boxed, ask_for("")], answer_from_shelf)
    save_outcomes(tmp_path / "outcomes.jsonl", outcomes)
    assert load_outcomes(tmp_path / "outcomes.jsonl") == outcomes
    assert (tmp_path / "outcomes.jsonl").read_bytes().count(b"\n") == 3


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"\xff", b'{"seconds": 1}', b'{"question": {"box": [0]}}']
)
def test_a_broken_line_of_outcomes_is_named(
    ask_for: Callable[[str], Question], tmp_path: Path, line: bytes
) -> None:
    path = tmp_path / "outcomes.jsonl"
    save_outcomes(path, [Outcome(ask_for("product-1"), SHELF[:3], 0.1, 10)])
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(BadInput, match=r"outcomes\.jsonl line 2: expected a saved outcome"):
        load_outcomes(path)


def test_a_path_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Is a directory"):
        save_outcomes(tmp_path, [])
    with pytest.raises(BadInput, match="No such file"):
        load_outcomes(tmp_path / "absent.jsonl")
