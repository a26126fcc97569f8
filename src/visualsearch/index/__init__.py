"""Vector indexes: the nearest rows of a vector."""
