"""From a picture to vectors."""
