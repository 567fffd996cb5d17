"""Histograms of oriented gradients: which way the edges of each part of an image run. Learns nothing.

Source: Dalal & Triggs (2005), Histograms of oriented gradients for human detection, CVPR.
"""

import numpy as np

DIRECTIONS = 9  # of edges, without telling light-to-dark from dark-to-light
CELLS = 7  # along the shorter side
BLOCK = 2  # cells a side that are normalised together
CLIP = 0.2  # of a normalised block
CHUNK = 512  # images at a time
EPSILON = 1e-5


def n_features(shape: tuple[int, ...]) -> int:
    rows, columns = (n - BLOCK + 1 for n in _n_cells(shape))
    return rows * columns * BLOCK * BLOCK * DIRECTIONS


def histograms(pixels: np.ndarray) -> np.ndarray:
    """(n, height, width, channels) uint8 → (n, n_features) float32, each image by itself."""
    pieces = [_some(pixels[start : start + CHUNK]) for start in range(0, len(pixels), CHUNK)]
    return np.concatenate(pieces)


def _n_cells(shape: tuple[int, ...]) -> tuple[int, int]:
    side = _cell(shape)
    return shape[0] // side, shape[1] // side


def _cell(shape: tuple[int, ...]) -> int:
    """Pixels a side of a cell."""
    return max(2, min(shape[:2]) // CELLS)


def _some(pixels: np.ndarray) -> np.ndarray:
    side = _cell(pixels.shape[1:])
    rows, columns = _n_cells(pixels.shape[1:])
    grey = pixels.mean(axis=3, dtype=np.float32) / np.float32(255)
    down, across = np.zeros_like(grey), np.zeros_like(grey)
    down[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    across[:, :, 1:-1] = grey[:, :, 2:] - grey[:, :, :-2]
    strength = np.hypot(down, across)
    # a direction between two bins counts for both, in proportion
    place = (np.arctan2(down, across) / np.float32(np.pi) % 1.0) * DIRECTIONS
    lower = np.floor(place).astype(np.int32)
    share = place - lower
    cells = np.zeros((len(pixels), rows, columns, DIRECTIONS), np.float32)
    for direction in range(DIRECTIONS):
        own = np.where(lower % DIRECTIONS == direction, strength * (1 - share), 0)
        own = own + np.where((lower + 1) % DIRECTIONS == direction, strength * share, 0)
        own = own[:, : rows * side, : columns * side]
        cells[..., direction] = own.reshape(-1, rows, side, columns, side).sum(axis=(2, 4))
    blocks = np.concatenate(
        [
            cells[:, i : rows - BLOCK + 1 + i, j : columns - BLOCK + 1 + j]
            for i in range(BLOCK)
            for j in range(BLOCK)
        ],
        axis=3,
    )  # (n, rows - 1, columns - 1, 4 × directions)
    blocks = np.minimum(_normalised(blocks), CLIP)
    return _normalised(blocks).reshape(len(pixels), -1).astype(np.float32)


def _normalised(blocks: np.ndarray) -> np.ndarray:
    return blocks / np.sqrt((blocks**2).sum(axis=3, keepdims=True) + EPSILON**2)
