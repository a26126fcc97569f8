"""Foreign catalogue files as streams of products."""
