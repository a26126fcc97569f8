"""From a catalogue to a searchable store."""
