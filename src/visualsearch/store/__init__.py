"""Where products, pictures and vectors are kept."""
