"""The map: every row of the catalogue as a point in space, near what looks like it."""
