"""How the shipped models are made; the only place for torch."""
