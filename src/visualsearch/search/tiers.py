"""What a cosine means in one shop: close, similar, or too weak to be called found."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from visualsearch.domain import Tier
from visualsearch.errors import WeightsMismatch

TIERS = "tiers.json"
"""In the shop's folder; made by ``visualsearch train categories``."""


class Tiers(BaseModel):
    """The cosines from which a product is close, and similar; what is less is weak."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    eye: str = Field(default="", description="Whose cosines they are.")
    close: float = Field(
        default=0.75, description="As a product's own picture is to a photo of it, in half of the cases."
    )
    similar: float = Field(
        default=0.4, description="As the best other product is to a photo, in nearly all cases."
    )
    photos: int = Field(default=0, description="How many photos they were measured on; 0 where none were.")

    def of(self, cosine: float) -> Tier:
        """Tell the tier of a product that is not the very one."""
        return "close" if cosine >= self.close else "similar" if cosine >= self.similar else "weak"


def read_tiers(folder: Path, eye: str) -> Tiers:
    """Read a shop's tiers, or give those of the package where none were measured for this eye.

    Raises WeightsMismatch for a file that is none of ours.
    """
    try:
        tiers = Tiers.model_validate_json((folder / TIERS).read_bytes())
    except FileNotFoundError:
        return Tiers()
    except (OSError, ValidationError) as error:
        raise WeightsMismatch(
            f"expected a shop's tiers in {folder / TIERS}, found: {' '.join(str(error).split())[:200]}; "
            "make them anew with: visualsearch train categories"
        ) from error
    return tiers if tiers.eye == eye else Tiers()
