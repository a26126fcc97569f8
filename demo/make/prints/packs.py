"""Whole fronts of packages: cereal boxes, labels and book covers."""

from random import Random

from PIL import Image, ImageDraw

from prints.lettering import emblem, logo, stamp, text_block
from prints.patterns import pattern
from prints.strokes import disc


def plain(color: str, width: int, height: int) -> Image.Image:
    """A picture of one color."""
    return Image.new("RGB", (width, height), color)


def cereal_front(
    brand: str,
    name: str,
    claim: str,
    colors: list[str],
    shape: str,
    seed: int,
    size: tuple[int, int] = (480, 680),
) -> Image.Image:
    """A cereal box front: burst of rays, big name, a bowl full of the cereal; `colors` are three."""
    random, (width, height) = Random(seed), size
    image = plain(colors[0], width, height)
    draw = ImageDraw.Draw(image)
    _background(draw, random.choice(("rays", "swoosh", "half")), colors[1], width, height)
    _bowl(draw, random, shape, width, height)
    image = stamp(
        image, text_block(brand.upper(), int(width * 0.6), int(height * 0.06), colors[2], "modern"), 0.5, 0.06
    )
    words = text_block(
        name.replace(" ", "\n"),
        int(width * 0.88),
        int(height * 0.3),
        "#ffffff",
        random.choice(("round", "bold", "slanted")),
    )
    shadow = Image.new("RGBA", words.size, (20, 16, 24, 255))
    for shift in (0.006, 0.012):
        image.paste(shadow, (int(width * (0.06 + shift)), int(height * (0.12 + shift))), words)
    image = stamp(image, words, 0.5, 0.27)
    ribbon = plain(colors[2], int(width * 0.62), int(height * 0.065))
    ribbon = stamp(
        ribbon,
        text_block(claim.upper(), int(ribbon.width * 0.9), int(ribbon.height * 0.6), colors[0], "bold"),
    )
    return stamp(image, ribbon.convert("RGBA"), 0.5, 0.475)


def _background(draw: ImageDraw.ImageDraw, style: str, ink: str, width: int, height: int) -> None:
    """Rays, a swoosh or a lower half in the second color."""
    if style == "rays":
        for number in range(12):
            area = (-width, -height * 0.4, width * 2, height * 1.9)
            draw.pieslice(area, number * 30, number * 30 + 15, fill=ink)
    elif style == "swoosh":
        draw.ellipse((-width * 0.6, height * 0.42, width * 1.5, height * 1.6), fill=ink)
    else:
        draw.rectangle((0, height * 0.55, width, height), fill=ink)


def _bowl(draw: ImageDraw.ImageDraw, random: Random, shape: str, width: int, height: int) -> None:
    """A bowl of milk heaped with hoops, flakes, balls or squares."""
    draw.pieslice((width * 0.12, height * 0.48, width * 0.88, height * 1.0), 0, 180, fill="#f7f7f5")
    draw.ellipse((width * 0.12, height * 0.68, width * 0.88, height * 0.82), fill="#fffdf6")
    inks = {
        "hoops": ["#e0a34a", "#d2622f", "#c9b23c", "#d98b34"], "flakes": ["#d99a3d", "#c9822c", "#e8b75c"],
        "balls": ["#5a331d", "#6d4126", "#472716"], "squares": ["#c98f4b", "#b5773a", "#daa768"],
    }[shape]  # fmt: skip
    for _ in range(90):
        across = random.uniform(-0.34, 0.34)
        x = (0.5 + across) * width
        y = height * (
            0.75 - random.random() * 0.13 * (1 - (across / 0.36) ** 2) + random.uniform(-0.03, 0.03)
        )
        radius, ink = width * 0.038, random.choice(inks)
        area = (x - radius, y - radius, x + radius, y + radius)
        if shape == "hoops":
            draw.ellipse(area, outline=ink, width=int(radius * 0.6))
        elif shape == "squares":
            draw.rounded_rectangle(area, radius * 0.3, fill=ink, outline="#8a5a2a")
        elif shape == "flakes":
            draw.ellipse((area[0] - radius * 0.5, area[1], area[2], area[3] - radius * 0.5), fill=ink)
        else:
            disc(draw, x, y, radius, ink)
            disc(draw, x - radius * 0.3, y - radius * 0.3, radius * 0.25, "#a06a44")


def label(
    brand: str, name: str, note: str, colors: list[str], seed: int, size: tuple[int, int] = (480, 360)
) -> Image.Image:
    """A bottle or jar label: frame, logo, name and small print; `colors` are paper, ink and accent."""
    (width, height), (paper, ink, accent) = size, colors
    image = plain(paper, width, height)
    draw, edge = ImageDraw.Draw(image), int(min(size) * 0.04)
    draw.rectangle((edge, edge, width - edge, height - edge), outline=accent, width=max(3, edge // 3))
    image = stamp(image, logo(brand, int(width * 0.6), int(height * 0.3), ink, seed), 0.5, 0.26)
    image = stamp(image, text_block(name, int(width * 0.8), int(height * 0.24), accent, "serif"), 0.5, 0.58)
    return stamp(image, text_block(note, int(width * 0.7), int(height * 0.1), ink, "plain"), 0.5, 0.82)


def book_cover(
    title: str, author: str, colors: list[str], seed: int, size: tuple[int, int] = (440, 660)
) -> Image.Image:
    """A book cover: a pattern or an emblem, title and author; `colors` are ground, ink and accent."""
    random, (width, height), (ground, ink, accent) = Random(seed), size, colors
    layout = random.choice(("pattern", "emblem", "band"))
    image = plain(ground, width, height)
    if layout == "pattern":
        name = random.choice(("geometric", "leaves", "floral", "waves", "stars", "terrazzo", "chevron"))
        art = pattern(
            name, [ground, accent, ink], seed, (width, int(height * 0.55)), random.choice((3, 4, 6))
        )
        image.paste(art, (0, int(height * 0.45)))
    elif layout == "emblem":
        mark = random.choice(("sun", "mountain", "moon", "flower", "leaf", "star", "heart"))
        image = stamp(image, emblem(mark, int(width * 0.62), accent), 0.5, 0.66)
    else:
        ImageDraw.Draw(image).rectangle((0, height * 0.5, width, height * 0.84), fill=accent)
    style = random.choice(("serif", "bold", "hand", "modern", "italic"))
    words = text_block(title.replace(" ", "\n"), int(width * 0.84), int(height * 0.34), ink, style)
    image = stamp(image, words, 0.5, 0.23)
    return stamp(image, text_block(author, int(width * 0.7), int(height * 0.05), ink, "modern"), 0.5, 0.93)
