"""Command line: make the demo catalogue and its customer photos."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from catalogue import Entry, entries, write_products
from develop import quality_for
from kinds import load_kinds
from photos import Photo, is_made, plan, write_truth
from progress import Progress
from render import save_jpeg, start_engine
from sheet import contact_sheet
from shoot import missing, shoot, shoot_missing
from snapshot import take


def _arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", help="kinds parted by commas (default: all)")
    parser.add_argument("--limit", type=int, help="at most so many products of each kind")
    parser.add_argument("--only", choices=("catalogue", "photos"), help="leave the other part out")
    parser.add_argument("--photos", help="only the photos with these numbers, parted by commas")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1], help="the demo folder")
    parser.add_argument("--preview", type=Path, help="write a contact sheet here and nothing else")
    parser.add_argument("--main", action="store_true", help="preview: the main view of each product only")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--part", default="0/1", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def _preview(work: list[Entry], path: Path, main_only: bool) -> None:
    """Render products to a contact sheet."""
    start_engine()
    pictures, start = [], time.monotonic()
    for entry in work:
        views = entry.views()[: 1 if main_only else None]
        for picture in shoot(entry, views):
            pictures.append((f"{entry.kind.name} {entry.number} {entry.product.title}", picture))
    views_each = 1 if main_only else len(work[0].kind.views)
    contact_sheet(pictures, path, columns=6 // views_each * views_each)
    for entry in work:
        print(f"{entry.kind.name} {entry.number}: {entry.product.title} | ${entry.product.price}")
    wall, processor = time.monotonic() - start, time.process_time()
    print(f"{wall / len(pictures):.2f} s and {processor / len(pictures):.2f} core-s a picture: {path}")


def _in_parts(jobs: int) -> None:
    """Run this command in several processes, each with its part of the products."""
    command = [sys.executable, __file__, *sys.argv[1:], "--jobs", "1"]
    children = [subprocess.Popen([*command, "--part", f"{part}/{jobs}"]) for part in range(jobs)]
    codes = [child.wait() for child in children]
    if any(codes):
        sys.exit("a part failed; run again to go on where it stopped")


def _catalogue(options: argparse.Namespace, work: list[Entry]) -> None:
    """Render the catalogue's missing pictures and write products.jsonl."""
    part, parts = (int(word) for word in options.part.split("/"))
    if options.jobs > 1:
        _in_parts(options.jobs)
    else:
        mine = work[part::parts]
        total = sum(len(missing(entry, options.out)) for entry in mine)
        if total:
            start_engine(threads=1 if parts > 1 else 0)
            shoot_missing(mine, options.out, Progress(total))
    if parts == 1:
        print(f"{write_products(options.out, load_kinds())} products in {options.out / 'products.jsonl'}")


def _photos(options: argparse.Namespace, photos: list[Photo]) -> None:
    """Take the missing customer photos and write truth.csv."""
    part, parts = (int(word) for word in options.part.split("/"))
    wanted = {int(word) for word in options.photos.split(",")} if options.photos else None
    todo = [photo for photo in photos if photo.number in wanted] if wanted else photos
    todo = [photo for photo in todo if options.preview or not is_made(photo, options.out)][part::parts]
    pictures, start, report = [], time.monotonic(), Progress(len(todo))
    if options.jobs > 1 and todo and not options.preview:
        _in_parts(options.jobs)
    elif todo:
        start_engine(threads=1 if parts > 1 else 0)
        for photo in todo:
            picture, shown = take(photo)
            if options.preview:
                pictures.append(
                    (f"{photo.number} {photo.setting} {len(shown)}/{len(photo.products)}", picture)
                )
            else:
                comment = ";".join([photo.fingerprint(), *map(str, shown)])
                save_jpeg(picture, options.out / photo.path, comment, quality_for(picture))
            report(photo.path)
        each = time.process_time() / len(todo)
        print(f"{(time.monotonic() - start) / len(todo):.2f} s and {each:.2f} core-s a photo")
    if options.preview:
        contact_sheet(pictures, options.preview, columns=3, cell=480)
    elif parts == 1:
        print(f"{write_truth(options.out, photos)} lines in {options.out / 'truth.csv'}")


def main() -> None:
    """Do what the command line asks."""
    options = _arguments()
    if options.only == "photos":
        _photos(options, plan(load_kinds(options.kinds.split(",") if options.kinds else None)))
        return
    work = list(entries(load_kinds(options.kinds.split(",") if options.kinds else None), options.limit))
    if options.preview:
        _preview(work, options.preview, options.main)
        return
    _catalogue(options, work)
    if options.only != "catalogue":
        _photos(options, plan(load_kinds(options.kinds.split(",") if options.kinds else None)))


if __name__ == "__main__":
    main()
