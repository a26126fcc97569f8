"""What a kind tells the generator about one product and how it is photographed."""

from dataclasses import dataclass, field
from typing import Any

Parameters = dict[str, Any]


@dataclass(frozen=True)
class View:
    """One catalogue photograph: where the camera stands and how the light falls."""

    azimuth: float = 25.0  # degrees the camera walks round the product, 0 is the front (-y)
    elevation: float = 18.0  # degrees above the horizon
    light: str = "left"  # a name from studio.LIGHTS
    zoom: float = 1.0  # above 1 comes closer than the whole product
    lens: float = 85.0  # millimetres


@dataclass
class Product:
    """The words of one product and the parameters its model is built from."""

    title: str
    brand: str
    price: float
    categories: list[str]
    parameters: Parameters  # plain JSON values only: they decide whether a picture is still valid
    features: list[str] = field(default_factory=list)
    description: str = ""
    details: dict[str, str] = field(default_factory=dict)


DEFAULT_VIEWS = (
    View(azimuth=25, elevation=18, light="left"),
    View(azimuth=-40, elevation=30, light="right"),
)
