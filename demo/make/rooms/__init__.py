"""Rooms that customers take their photos in."""

from rooms.settings import SETTINGS, Setting

__all__ = ["SETTINGS", "Setting"]
