"""One file for each family of models that find things: how pictures go in, and what comes out."""
