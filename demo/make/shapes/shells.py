"""Molded shells and the legs under them."""

from materials import metal, painted_metal, plastic, wood
from product import Parameters
from shapes.lines import curve, tube
from shapes.soft import sheet


def molded_chair(parameters: Parameters) -> None:
    """A moulded seat of one piece on four splayed legs."""
    width, tall, hug = parameters["width"], parameters["back_height"] * 0.9, parameters["wrap"]
    path = curve([(-0.23, -0.03), (-0.2, 0.0), (0.05, -0.02), (0.17, 0.03), (0.22, 0.16), (0.27, tall)], 8)

    def skin(u: float, v: float) -> tuple[float, float, float]:
        side, spot = 2 * u - 1, v * (len(path) - 1)
        first, part = path[int(spot)], spot - int(spot)
        after = path[min(int(spot) + 1, len(path) - 1)]
        y, z = first[0] + (after[0] - first[0]) * part, first[1] + (after[1] - first[1]) * part
        spread = (
            width / 2 * (1 - 0.28 * max(0.0, v - 0.6) ** 1.2) * (1 - 0.5 * max(0.0, abs(v - 0.5) - 0.42) * 6)
        )
        lift = hug * abs(side) ** 3
        return side * spread, y - lift * max(0.0, v - 0.45), 0.45 + z + lift * (1.0 - v) * min(1.0, v * 4)

    sheet(skin, plastic(parameters["color"], 0.4), thickness=0.008, levels=1)
    legs = {
        "wood": lambda: wood("beech"),
        "black metal": lambda: painted_metal("#1b1b1d"),
        "chrome": lambda: metal("chrome", 0.1),
    }
    material = legs[parameters["legs"]]()
    for side in (-1, 1):
        for front in (-1, 1):
            tube([(side * 0.22, front * 0.21, 0), (side * 0.1, front * 0.1, 0.44)], [0.011, 0.016], material)
        tube([(side * 0.13, -0.13, 0.36), (-side * 0.13, 0.13, 0.36)], 0.006, material)
