"""The look model: one Lite0 trunk, a box head without anchors and a fully convolutional mask head."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from visualsearch.training.lite0 import Lite0, load_embedder
from visualsearch.vision.region_kinds import KINDS, SURFACES

TAPS = (2, 4, 10, 15)
"""The blocks whose maps are used, at strides 4, 8, 16 and 32."""
CHANNELS = (24, 40, 112, 320)
STRIDES = (8, 16, 32)
"""Of the levels that look for boxes."""
WIDTH = 96
MASK_WIDTH = 64
FROZEN_BLOCKS = 8
"""Blocks that stay ImageNet's."""
LIKELY = 0.02
"""The score that every place starts with, so that the many empty ones do not drown the rest (RetinaNet)."""


class LookNetwork(nn.Module):  # type: ignore[misc] # torch is untyped here
    """Maps uint8 RGB pixels [n, size, size, 3] to boxes, their scores and kinds, and a mask.

    Boxes without anchors: Tian et al., FCOS (ICCV 2019), with the score of a box being what overlap it will
    have (Li et al., Generalized Focal Loss, 2020). Levels: Lin et al., Feature Pyramid Networks (CVPR 2017).
    Mask: Long, Shelhamer, Darrell, Fully Convolutional Networks (CVPR 2015).
    """

    def __init__(self) -> None:
        super().__init__()
        self.network: Lite0 = load_embedder().network
        self.network.conv_head = nn.Identity()
        self.network.bn1 = nn.Identity()
        self.lateral = nn.ModuleList(_unit(channels, WIDTH, kernel=1) for channels in CHANNELS[1:])
        self.smooth = nn.ModuleList(_separable(WIDTH, WIDTH) for _ in STRIDES)
        self.towers = nn.ModuleList(
            nn.Sequential(*(_separable(WIDTH, WIDTH) for _ in range(2))) for _ in STRIDES
        )
        self.found = nn.ModuleList(nn.Conv2d(WIDTH, 1 + 4 + len(KINDS), 1) for _ in STRIDES)
        self.shallow = _unit(CHANNELS[0], MASK_WIDTH, kernel=1)
        self.deep = _unit(WIDTH, MASK_WIDTH, kernel=1)
        self.paint = nn.Sequential(
            _separable(MASK_WIDTH, MASK_WIDTH),
            _separable(MASK_WIDTH, MASK_WIDTH),
            nn.Conv2d(MASK_WIDTH, len(SURFACES), 1),
        )
        for layer in self.found:
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
            nn.init.constant_(layer.bias[:1], -torch.log(torch.tensor(1 / LIKELY - 1)).item())
            nn.init.constant_(layer.bias[1:5], 2.0)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Give boxes [n, places, 4] as fractions, scores [n, places], kinds [n, places, kinds], surfaces.

        Scores are 0 to 1, kinds sum to 1, surfaces [n, surfaces, size / 4, size / 4] sum to 1 at each pixel.
        """
        found, surfaces = self.raw(*self.front(pixels))
        boxes = torch.cat(
            [_boxes(level, stride) for level, stride in zip(found, STRIDES, strict=True)], dim=1
        )
        flat = torch.cat([level.flatten(2).transpose(1, 2) for level in found], dim=1)
        return (
            (boxes / pixels.shape[1]).clamp(0, 1),
            torch.sigmoid(flat[:, :, 0]),
            torch.softmax(flat[:, :, 5:], dim=2),
            torch.softmax(surfaces, dim=1),
        )

    def front(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Run the frozen part: its maps at strides 4, 8 and 16."""
        given = ((pixels.float() - 127.0) / 128.0).permute(0, 3, 1, 2)
        shallow, early, frozen = self._run(
            functional.relu6(self.network.bn0(self.network.conv_stem(given))), 0, FROZEN_BLOCKS
        )
        return shallow, early, frozen

    def raw(self, shallow: Tensor, early: Tensor, frozen: Tensor) -> tuple[list[Tensor], Tensor]:
        """Map the front's maps to what the losses take: levels and surfaces, as logits."""
        maps = [early, *self._run(frozen, FROZEN_BLOCKS, len(self.network.blocks))]
        levels = [lateral(level) for lateral, level in zip(self.lateral, maps, strict=True)]
        for number in (1, 0):
            levels[number] = levels[number] + _larger(levels[number + 1])
        levels = [smooth(level) for smooth, level in zip(self.smooth, levels, strict=True)]
        found = [
            last(tower(level)) for tower, last, level in zip(self.towers, self.found, levels, strict=True)
        ]
        return found, self.paint(self.shallow(shallow) + _larger(self.deep(levels[0])))

    def learning(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Give what learns: of the trunk, and of the rest."""
        self.network.requires_grad_(requires_grad=False)
        tail = nn.ModuleList(list(self.network.blocks)[FROZEN_BLOCKS:])
        tail.requires_grad_(requires_grad=True)
        rest = [parameter for name, parameter in self.named_parameters() if not name.startswith("network.")]
        return list(tail.parameters()), rest

    def train(self, mode: bool = True) -> "LookNetwork":  # noqa: FBT001, FBT002 (the library's signature)
        """Change to training, but for the trunk, whose statistics stay ImageNet's."""
        super().train(mode)
        self.network.eval()
        return self

    def _run(self, maps: Tensor, first: int, last: int) -> list[Tensor]:
        """Run some blocks, and give the maps at the taps among them."""
        tapped = []
        for number in range(first, last):
            maps = self.network.blocks[number](maps)
            if number in TAPS or number == FROZEN_BLOCKS - 1:
                tapped.append(maps)
        return tapped


def places(size: int) -> tuple[Tensor, Tensor]:
    """Give the centres [places, 2] in pixels, across and down, and the strides [places] of all levels."""
    centres, strides = [], []
    for stride in STRIDES:
        across = (torch.arange(size // stride) + 0.5) * stride
        down, right = torch.meshgrid(across, across, indexing="ij")
        centres.append(torch.stack([right.flatten(), down.flatten()], dim=1))
        strides.append(torch.full((len(across) ** 2,), float(stride)))
    return torch.cat(centres), torch.cat(strides)


def _boxes(level: Tensor, stride: int) -> Tensor:
    """Decode one level [n, channels, side, side] to boxes [n, places, 4] in pixels."""
    side = level.shape[2]
    steps = (torch.arange(side) + 0.5) * stride
    centres = torch.stack([steps.repeat(side), steps.repeat_interleave(side)], dim=1)
    reach = functional.softplus(level[:, 1:5].flatten(2).transpose(1, 2)) * stride
    return torch.cat([centres - reach[:, :, :2], centres + reach[:, :, 2:]], dim=2)


def _larger(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2.0, mode="nearest")


def _unit(channels_in: int, channels_out: int, *, kernel: int, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(channels_out, eps=1e-3, momentum=0.03),
        nn.ReLU6(),
    )


def _separable(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(
        _unit(channels_in, channels_in, kernel=5, groups=channels_in),
        _unit(channels_in, channels_out, kernel=1),
    )
