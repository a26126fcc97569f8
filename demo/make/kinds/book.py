"""Books: hardbacks, paperbacks, square picture books, coffee-table books and ring notebooks."""

from random import Random

from PIL import Image, ImageDraw

import words
from materials import Material, metal
from prints import book_cover, pattern, stamp, text_block
from prints.packs import plain
from prints.posters import poster
from product import Parameters, Product, View
from shapes import box, group, lathe
from soft_materials import paper

COUNT = 20
MAIN_CATEGORY = "Books"
VIEWS = (View(azimuth=-20, elevation=12, light="left"), View(azimuth=28, elevation=26, light="top"))
FORMATS = {  # width, height, lowest and highest thickness in metres
    "Hardcover": (0.15, 0.228, 0.024, 0.042), "Paperback": (0.125, 0.19, 0.012, 0.03),
    "Picture Book": (0.23, 0.23, 0.01, 0.014), "Coffee Table Book": (0.3, 0.24, 0.025, 0.035),
    "Spiral Notebook": (0.15, 0.21, 0.012, 0.018),
}  # fmt: skip
NAMES = {
    "Hardcover": ("The Salt Garden", "A Map of Winters", "North of Morning", "The Clockmaker's Niece"),
    "Paperback": ("Paper Moons", "The Last Ferry", "Murder at Tall Pine", "Summer on Loan", "Quiet Orbit"),
    "Picture Book": (
        "Bear Can't Sleep",
        "Ten Little Kites",
        "Hello Moon",
        "Where Is Otto",
        "The Brave Snail",
    ),
    "Coffee Table Book": ("Houses by the Sea", "Desert Light", "The Art of Bread", "Wild Gardens"),
    "Spiral Notebook": ("Notes", "Ideas", "Field Notes", "Sketches"),
}
AUTHORS = ("Ida Marlow", "Tomas Reyne", "J. P. Alder", "Noor Kassel", "Wren Hathaway", "Emil Sato")
SCENES = {
    "sun": "Sunset", "mountains": "Mountain", "sprig": "Plant", "blobs": "Abstract", "rainbow": "Rainbow",
    "bouquet": "Bouquet", "night": "Night Sky", "cat": "Cat", "bauhaus": "Geometric", "waves": "Wave",
    "leaves": "Leaf",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a book and write what the shop says about it."""
    form = random.choice(list(FORMATS))
    width, height, thin, thick = FORMATS[form]
    name, author, brand = random.choice(NAMES[form]), random.choice(AUTHORS), words.brand(random, "books")
    ground, ink = words.pair(random)
    accent, extra = (words.color(random, family) for family in random.sample(words.VIVID, 2))
    scene = random.choice([*SCENES, "", "", ""])
    note = form == "Spiral Notebook"
    look = f"{ground.name} {SCENES[scene] if scene else 'Print'} Cover"
    by = "" if note else f"by {author}"
    return Product(
        title=words.sentence([f"{brand} {name}" if note else name, by, f"({form}, {look})"]),
        brand=brand,
        price=words.price(random, 5, 14) if form in ("Paperback", "Spiral Notebook") else words.price(random, 12, 45),
        categories=["Office Products", "Notebooks & Writing Pads"] if note else ["Books", form],
        features=[form, f"{round(thick * 9000)} pages", "Printed on acid-free paper"],
        description=f"{name}: a {form.lower()} with a {look.lower()}.",
        details={"Publisher": brand, "Format": form, "Cover Color": ground.name, "Height": words.inches(height)},
        parameters={
            "form": form, "name": name, "author": "" if note else author, "scene": scene,
            "colors": [ground.hex, ink.hex, accent.hex, extra.hex], "seed": random.randrange(10**6),
            "size": [width, random.uniform(thin, thick), height], "layout": random.choice(("top", "plate", "band")),
            "style": random.choice(("serif", "bold", "hand", "modern", "italic", "round")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Bind the pages between their covers."""
    width, thick, height = parameters["size"]
    form, colors = parameters["form"], parameters["colors"]
    board = 0.0006 if form == "Paperback" else 0.0028
    lip = 0.0 if form == "Paperback" else 0.004
    spiral = form == "Spiral Notebook"
    cloth = paper(colors[0], gloss=0.35)
    front = paper(_front(parameters), gloss=0.45)
    parts = [
        box((width, board, height), cloth, at=(0, -thick / 2, 0), rounding=0.0004, faces={"front": front}),
        box((width, board, height), cloth, at=(0, thick / 2, 0), rounding=0.0004),
        box((width - lip, thick, height - 2 * lip), _pages(), at=(-lip / 2, 0, lip), rounding=0.0003),
    ]
    if spiral:
        parts += _rings(width, thick, height)
    else:
        spine = {"left": paper(_spine(parameters), gloss=0.35)}
        at = (-width / 2, 0, 0)
        parts.append(box((board * 2, thick + board, height), cloth, at=at, rounding=board * 0.9, faces=spine))
    group(parts)


def _pages() -> Material:
    """The cut edge of many leaves."""
    art = pattern("pinstripes", ["#efe8d6", "#dcd3bd"], 1, (256, 256), 24)
    return paper(art)


def _rings(width: float, thick: float, height: float) -> list:
    """The wire rings of a notebook, round its left edge."""
    wire, count = metal("black", 0.3), round(height / 0.009) - 2
    reach = thick / 2 + 0.005
    made = []
    for number in range(count):
        z = height * (number + 1) / (count + 1)
        profile = [
            (reach, -0.0009),
            (reach + 0.001, 0),
            (reach, 0.0009),
            (reach - 0.001, 0),
            (reach, -0.0009),
        ]
        made.append(lathe(profile, wire, at=(-width / 2 + reach * 0.4, 0, z), segments=24))
    return made


def _front(parameters: Parameters) -> Image.Image:
    """The front cover."""
    width, _, height = parameters["size"]
    size = (int(width * 3000), int(height * 3000))
    name, author, colors = parameters["name"], parameters["author"], parameters["colors"]
    if not parameters["scene"]:
        return book_cover(name, author or "RULED", colors[:3], parameters["seed"], size)
    art = poster(parameters["scene"], colors, parameters["seed"], size)
    return _lettered(parameters, art)


def _lettered(parameters: Parameters, art: Image.Image) -> Image.Image:
    """A picture with the title and author over it."""
    (width, height), colors = art.size, parameters["colors"]
    lines = parameters["name"].upper() if parameters["style"] == "hand" else parameters["name"]
    if parameters["layout"] == "plate":
        area, middle = (int(width * 0.72), int(height * 0.3)), 0.3
    else:
        area, middle = (width, int(height * 0.26)), (0.13 if parameters["layout"] == "top" else 0.72)
    plate = plain(colors[0], *area)
    edge = max(3, area[1] // 40)
    if parameters["layout"] == "plate":
        ImageDraw.Draw(plate).rectangle(
            (edge, edge, area[0] - edge, area[1] - edge), outline=colors[1], width=edge
        )
    words_ = text_block(
        _broken(lines), int(area[0] * 0.84), int(area[1] * 0.6), colors[1], parameters["style"]
    )
    plate = stamp(plate, words_, 0.5, 0.42)
    below = text_block(
        parameters["author"].upper() or " ", int(area[0] * 0.5), int(area[1] * 0.1), colors[1], "modern"
    )
    plate = stamp(plate, below, 0.5, 0.85)
    return stamp(art, plate.convert("RGBA"), 0.5, middle)


def _broken(text: str) -> str:
    """Long titles on two lines."""
    parts = text.split()
    half = (len(parts) + 1) // 2
    return "\n".join((" ".join(parts[:half]), " ".join(parts[half:]))) if len(text) > 11 else text


def _spine(parameters: Parameters) -> Image.Image:
    """The back of the book with its title along it."""
    _, thick, height = parameters["size"]
    across, up = max(24, int(thick * 3000)), int(height * 3000)
    words_ = text_block(
        parameters["name"], int(up * 0.6), int(across * 0.6), parameters["colors"][1], "modern"
    )
    return stamp(plain(parameters["colors"][0], across, up), words_.rotate(-90, expand=True))
