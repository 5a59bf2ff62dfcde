"""How a page looks, without its letters: a small picture, and how two of them differ.

Fonts differ between machines, and with them every edge of every letter. A picture of
48 points across still has each panel, bar, curve and colour in its place.
"""

import base64
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from playwright import async_api as playwright

__all__ = ["Difference", "Picture", "compare", "read", "shoot"]

_ACROSS: Final = 48
_SHRINK: Final = """
async ({ source, across }) => {
  const image = new Image();
  image.src = `data:image/png;base64,${source}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = across ?? image.width;
  canvas.height = Math.round(image.height * canvas.width / image.width);
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.imageSmoothingQuality = "high";
  drawn.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = drawn.getImageData(0, 0, canvas.width, canvas.height);
  return {
    width: canvas.width, height: canvas.height, points: [...data],
    png: canvas.toDataURL("image/png").split(",")[1],
  };
}
"""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Red, green and blue of every point, 0 to 255, and the same as a PNG file."""

    points: Points
    png: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures are apart, 0 to 255.

    Attributes:
        mean: of all points.
        worst: the mean of the worst of the stretches of four by four points.
    """

    mean: float
    worst: float


async def shoot(page: playwright.Page) -> Picture:
    """Gives what is seen of a page now."""
    shot = await page.screenshot(animations="disabled", caret="hide")
    return await _read(page, shot, _ACROSS)


async def read(page: playwright.Page, png: bytes) -> Picture:
    """Gives a picture that was kept; the page is a browser that can read it."""
    return await _read(page, png, None)


async def _read(page: playwright.Page, png: bytes, across: int | None) -> Picture:
    # A page of the console may not load images from data; an empty one may.
    empty = await page.context.new_page()
    source = base64.b64encode(png).decode()
    found = await empty.evaluate(_SHRINK, {"source": source, "across": across})
    await empty.close()
    points = np.array(found["points"], dtype=np.float64)
    return Picture(
        points=points.reshape(found["height"], found["width"], 4)[:, :, :3],
        png=base64.b64decode(found["png"]),
    )


def compare(one: Picture, other: Picture) -> Difference:
    """Gives how far two pictures of the same size are apart."""
    apart = np.abs(one.points - other.points).mean(axis=2)
    rows, columns = (size // 4 * 4 for size in apart.shape)
    blocks = apart[:rows, :columns].reshape(rows // 4, 4, columns // 4, 4)
    return Difference(
        mean=float(apart.mean()), worst=float(blocks.mean(axis=(1, 3)).max())
    )
