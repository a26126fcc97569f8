"""Catalogue photographs: build a product, light it, aim and render its views."""

from collections.abc import Callable
from pathlib import Path

import bpy
from PIL import Image

from camera import aim, extent, laid_down, product_points
from catalogue import SIZE, Entry
from product import View
from render import clear_products, fingerprint_of, render, save_jpeg
from studio import add_floor, light_studio


def stand(entry: Entry) -> list[bpy.types.Object]:
    """Build a product with its lowest point on z=0 and return its objects."""
    before = set(bpy.data.objects)
    entry.kind.build(entry.product.parameters)
    things = [thing for thing in bpy.data.objects if thing not in before]
    root = bpy.data.objects.new("product", None)
    bpy.context.scene.collection.objects.link(root)
    for thing in things:
        if thing.parent is None:
            thing.parent = root
    if entry.kind.support == "wall":
        root.matrix_world = laid_down()
    bpy.context.view_layer.update()
    root.location.z -= float(product_points(things)[:, 2].min())
    bpy.context.view_layer.update()
    return [root, *things]


def shoot(entry: Entry, wanted: list[View]) -> list[Image.Image]:
    """Render some views of a product."""
    clear_products()
    points = product_points(stand(entry))
    on_wall = entry.kind.support == "wall"
    add_floor(extent(points))
    pictures = []
    for view in wanted:
        # Seen from above, the soft box "behind the camera" is the one below the picture.
        light_studio(view.light, view.azimuth + (180 if on_wall else 0))
        aim(points, view, on_wall)
        pictures.append(render(SIZE, SIZE, entry.kind.samples))
    return pictures


def missing(entry: Entry, folder: Path) -> list[tuple[Path, View]]:
    """The pictures of a product that are not there or were made from other inputs."""
    found = [(folder / entry.picture(place), view) for place, view in enumerate(entry.views())]
    return [(path, view) for path, view in found if fingerprint_of(path) != entry.fingerprint(view)]


def shoot_missing(work: list[Entry], folder: Path, report: Callable[[str], None]) -> None:
    """Render what is missing of the products of a list."""
    for entry in work:
        todo = missing(entry, folder)
        if not todo:
            continue
        try:
            pictures = shoot(entry, [view for _, view in todo])
        except Exception as error:
            raise RuntimeError(f"{entry.kind.name} {entry.number}: {entry.product.parameters}") from error
        for (path, view), picture in zip(todo, pictures):
            save_jpeg(picture, path, entry.fingerprint(view))
            report(path.name)
