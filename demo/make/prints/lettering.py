"""Lettering: fonts, fitted text, emblems and logos, and stamping one picture onto another."""

from importlib.util import find_spec
from math import pi
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from prints.strokes import disc, flower, heart, petal, star

FONTS: dict[str, tuple[str, str]] = {  # package from PyPI and file in it
    "bold": ("font_roboto", "Roboto-Black.ttf"),
    "plain": ("font_roboto", "Roboto-Regular.ttf"),
    "light": ("font_roboto", "Roboto-Thin.ttf"),
    "slanted": ("font_roboto", "Roboto-BlackItalic.ttf"),
    "round": ("font_fredoka_one", "FredokaOne-Regular.ttf"),
    "hand": ("font_amatic_sc", "AmaticSC-Bold.ttf"),
    "serif": ("font_source_serif_pro", "SourceSerifPro-Bold.ttf"),
    "italic": ("font_source_serif_pro", "SourceSerifPro-SemiboldIt.ttf"),
    "modern": ("font_manrope", "Manrope-ExtraBold.ttf"),
}
EMBLEMS = ("star", "heart", "flower", "leaf", "sun", "mountain", "ring", "bolt", "moon")


def font(style: str, size: int) -> ImageFont.FreeTypeFont:
    """Load one of FONTS at a size in pixels."""
    package, name = FONTS[style]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"font package {package} is missing: pip install -r requirements.txt")
    return ImageFont.truetype(str(Path(spec.origin).parent / "files" / name), size)


def text_block(
    text: str, width: int, height: int, ink: str, style: str = "bold", spacing: float = 0.1
) -> Image.Image:
    """Text on nothing, as large as fits; newlines part its lines."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for size in range(height, 6, -2):
        face = font(style, size)
        gap = int(size * spacing)
        box = draw.multiline_textbbox((0, 0), text, font=face, spacing=gap, align="center")
        if box[2] - box[0] <= width and box[3] - box[1] <= height:
            break
    x, y = (width - box[0] - box[2]) / 2, (height - box[1] - box[3]) / 2
    draw.multiline_text((x, y), text, font=face, fill=ink, spacing=gap, align="center")
    return image


def emblem(name: str, size: int, ink: str) -> Image.Image:
    """One of EMBLEMS on nothing."""
    full = size * 2
    image = Image.new("RGBA", (full, full), (0, 0, 0, 0))
    draw, middle, reach = ImageDraw.Draw(image), full / 2, full * 0.46
    if name == "star":
        star(draw, middle, middle, reach, ink)
    elif name == "heart":
        heart(draw, middle, middle, reach, ink)
    elif name == "flower":
        flower(draw, middle, middle, reach, ink, "#ffffff", 6, 0.3)
    elif name == "sun":
        star(draw, middle, middle, reach, ink, points=12, inner=0.72)
    elif name == "leaf":
        for angle in (-1.2, -0.5, 0.2):
            petal(draw, middle * 0.7, full * 0.9, reach * 1.7, angle - pi * 0.15, ink, slim=0.4)
    elif name == "mountain":
        peaks = [(0.04, 0.86), (0.36, 0.2), (0.54, 0.54), (0.68, 0.36), (0.96, 0.86)]
        draw.polygon([(x * full, y * full) for x, y in peaks], fill=ink)
    elif name == "ring":
        area = (middle - reach, middle - reach, middle + reach, middle + reach)
        draw.ellipse(area, outline=ink, width=int(reach * 0.35))
        disc(draw, middle, middle, reach * 0.28, ink)
    elif name == "moon":
        disc(draw, middle, middle, reach, ink)
        draw.ellipse((full * 0.3, 0, full * 1.05, full * 0.78), fill=(0, 0, 0, 0))
    else:
        bolt = [(0.6, 0.02), (0.2, 0.56), (0.46, 0.56), (0.36, 0.98), (0.8, 0.4), (0.52, 0.4)]
        draw.polygon([(x * full, y * full) for x, y in bolt], fill=ink)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def logo(brand: str, width: int, height: int, ink: str, seed: int) -> Image.Image:
    """A brand's mark on nothing: an emblem over or beside its name, the same for the same seed."""
    random = Random(f"{brand}:{seed}")
    style = random.choice(("bold", "slanted", "round", "serif", "modern", "hand", "italic"))
    name, mark = random.choice((brand, brand.upper(), brand.lower())), random.choice(EMBLEMS)
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if height > width * 0.45:
        badge = int(min(width, height * 0.6))
        image.alpha_composite(emblem(mark, badge, ink), ((width - badge) // 2, 0))
        rest = height - badge
        image.alpha_composite(text_block(name, width, int(rest * 0.9), ink, style), (0, badge + rest // 10))
    else:
        image.alpha_composite(emblem(mark, height, ink), (0, 0))
        words = text_block(name, width - int(height * 1.15), height, ink, style)
        image.alpha_composite(words, (int(height * 1.15), 0))
    return image


def stamp(ground: Image.Image, mark: Image.Image, x: float = 0.5, y: float = 0.5) -> Image.Image:
    """The ground with a mark centred at fractions of its width and height from the top left."""
    result = ground.convert("RGBA")
    left, top = int(x * ground.width - mark.width / 2), int(y * ground.height - mark.height / 2)
    result.paste(mark, (left, top), mark)
    return result.convert("RGB")
