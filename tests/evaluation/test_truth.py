"""Truth files are read whole or refused with the line that is wrong."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualsearch.domain import Box, ProductId
from visualsearch.errors import BadInput
from visualsearch.evaluation.truth import Question, read_truth


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"picture")
    return tmp_path


def ids_of(*names: str) -> frozenset[ProductId]:
    return frozenset(map(ProductId, names))


def read(folder: Path, text: str) -> list[Question]:
    path = folder / "truth.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_truth(path)


def test_a_question_has_its_picture_right_products_exclusions_box_and_line(folder: Path) -> None:
    text = 'picture,product,exclude,box\na.jpg,one| two |,self,"0.1,0.2,0.5,1"\n'
    assert read(folder, text) == [
        Question(folder / "a.jpg", ids_of("one", "two"), ids_of("self"), Box(0.1, 0.2, 0.5, 1), 2)
    ]


def test_a_box_may_be_four_columns_and_may_be_left_empty(folder: Path) -> None:
    text = "left,top,right,bottom,picture,product\n0,0,.5,.5,a.jpg,one\n,,,,b.jpg,two\n"
    assert [question.box for question in read(folder, text)] == [Box(0, 0, 0.5, 0.5), None]


def test_spreadsheet_habits_are_understood(folder: Path) -> None:
    text = '\ufeffPicture, Product ,note\r\n\r\na.jpg,one,"two\nlines"\r\n,,\r\nb.jpg,größe-2,\r\n'
    assert [(question.line, *question.right) for question in read(folder, text)] == [
        (3, "one"),
        (6, "größe-2"),
    ]


def test_an_excluded_product_is_not_a_right_one(folder: Path) -> None:
    (question,) = read(folder, "picture,product,exclude\na.jpg,one|two|three,one\n")
    assert question.right == {"two", "three"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "expected the columns picture,product, found nothing"),
        ("\npicture,label\na.jpg,one\n", 2, "found picture,label"),
        ("picture,product,Picture\na.jpg,one,b.jpg\n", 1, "each column once"),
        ("picture,product,left,top\na.jpg,one,0,0\n", 1, "all of left,top,right,bottom"),
        ("picture,product,box,left,top,right,bottom\na.jpg,one,,0,0,1,1\n", 1, "boxes in one way"),
        ("\npicture,product\n\n", 3, "at least one question"),
        ("picture,product\na.jpg,one\nb.jpg\n", 3, "expected 2 cells as in the header, found 1"),
        ("picture,product\na.jpg,one,two\n", 2, "found 3"),
        ("picture,product\na.jpg, | \n", 2, "a right product"),
        ("picture,product,exclude\na.jpg,one,one\n", 2, "not excluded"),
        ('picture,product\na.jpg,"one\n', 2, "mend the quotes"),
        ('picture,product,box\na.jpg,one,"0,0,1"\n', 2, "found '0,0,1'"),
        ('picture,product,box\na.jpg,one,"0.5,0,0.5,1"\n', 2, "left < right"),
        ('picture,product,box\na.jpg,one,"0,0,nan,1"\n', 2, "fractions from 0 to 1"),
        ("picture,product,left,top,right,bottom\na.jpg,one,0,0,,1\n", 2, "found '0,0,,1'"),
    ],
)
def test_a_bad_file_is_refused_with_the_line_and_what_was_expected(
    folder: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(folder, text)
    assert f"truth.csv line {line}: expected " in caught.value.message
    assert says in caught.value.message


def test_missing_pictures_are_counted_and_the_first_five_named(folder: Path) -> None:
    lines = [f"gone{number}.jpg,one" for number in range(2, 9)]
    with pytest.raises(BadInput, match="found 7 of 8 missing: line 2 ") as caught:
        read(folder, "\n".join(["picture,product", *lines, "a.jpg,one"]))
    assert re.findall(r"line (\d)", caught.value.message) == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("picture", ["", ".", "x" * 5000, "a\0b.jpg"])
def test_a_name_that_no_picture_can_have_is_a_missing_picture(folder: Path, picture: str) -> None:
    with pytest.raises(BadInput, match="line 2"):
        read(folder, f"picture,product\n{picture},one\n")


def test_bytes_that_are_no_utf8_are_refused_with_their_line(folder: Path) -> None:
    (folder / "truth.csv").write_bytes(b"picture,product\na.jpg,gr\xf6\xdfe\n")
    with pytest.raises(BadInput, match="line 2: expected UTF-8 text"):
        read_truth(folder / "truth.csv")


def test_a_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_truth(folder / "absent.csv")
    with pytest.raises(BadInput, match="Is a directory"):
        read_truth(folder)


HEADERS = [
    "picture,product\n",
    "product,exclude,picture\r\n",
    "picture,product,box\n",
    "left,top,picture,product\n",
]
CELLS = [
    "a.jpg",
    "b.jpg",
    "one",
    "one|two",
    '"0,0,1,1"',
    ",",
    ",",
    ",",
    "\n",
    "\n",
    '"',
    "\r",
    "\0",
    "é",
    "1e400",
]
sheets = st.tuples(st.sampled_from(HEADERS), st.lists(st.sampled_from(CELLS), max_size=12)).map(
    lambda parts: (parts[0] + "".join(parts[1])).encode()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(encoded=st.binary(max_size=60) | sheets)
def test_any_bytes_are_sound_questions_or_bad_input(folder: Path, encoded: bytes) -> None:
    (folder / "truth.csv").write_bytes(encoded)
    questions: list[Question] = []
    with suppress(BadInput):
        questions = read_truth(folder / "truth.csv")
    assert all(question.right and not question.right & question.exclude for question in questions)
    assert all(question.picture.is_file() for question in questions)


ids = st.frozensets(st.text("abcé-_ 1", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=4)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(right=st.lists(ids, min_size=1, max_size=5))
def test_what_is_written_is_read_back(folder: Path, right: list[frozenset[str]]) -> None:
    lines = [f"a.jpg,{'|'.join(sorted(products))}" for products in right]
    questions = read(folder, "\n".join(["picture,product", *lines]))
    assert [question.right for question in questions] == right


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "questions", "products"), [("street_to_catalogue", 1000, 50), ("labels_to_bottles", 81, 81)]
)
def test_the_genuine_truth_files_are_read(
    data_folder: Path, name: str, questions: int, products: int
) -> None:
    found = read_truth(data_folder / name / "truth.csv")
    assert len(found) == questions
    assert len(frozenset[str]().union(*(question.right for question in found))) == products
