"""A shop's catalogue as a search engine that takes a photo."""
