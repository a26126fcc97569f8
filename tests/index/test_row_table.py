"""Rows by position."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.index.rows import RowTable

numbers = st.lists(st.integers(0, 15), max_size=6)


@given(st.lists(st.tuples(st.booleans(), numbers), max_size=12), numbers)
@settings(max_examples=100, deadline=None)
def test_rows_are_found_where_a_dictionary_has_them(
    steps: list[tuple[bool, list[int]]], wanted: list[int]
) -> None:
    table, model, total = RowTable(), dict[int, int](), 0
    for is_removal, listed in steps:
        table.remove(np.array(listed, np.int64))
        model = {row: position for row, position in model.items() if row not in listed}
        if not is_removal:
            new = list(dict.fromkeys(listed))
            table.append(np.array(new, np.int64))
            model |= {row: total + place for place, row in enumerate(new)}
            total += len(new)
        assert len(table) == len(model)
        assert np.flatnonzero(table.alive).tolist() == sorted(model.values())
    asked = np.array(wanted, np.int64)
    expected = [model[row] for row in wanted if row in model]
    assert table.positions(asked).tolist() == expected
    assert np.flatnonzero(table.mask(asked)).tolist() == sorted(set(expected))
    assert all(table.rows[position] == row for row, position in model.items())
