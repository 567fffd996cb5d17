"""The settings in .streamlit/config.toml: can everybody read it, and is it safe? Opens no page."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

CONFIG = tomllib.loads((Path(__file__).parent.parent / ".streamlit" / "config.toml").read_text())
MODES = ("light", "dark")

# Linear-RGB simulation of full colour blindness: Machado, Oliveira and Fernandes (2009), IEEE TVCG 15.
SIGHT = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "full": np.eye(3),
}


def linear_rgb(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, from 1 to 21."""
    low, high = sorted(linear_rgb(c) @ [0.2126, 0.7152, 0.0722] + 0.05 for c in (one, other))
    return high / low


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of a linear RGB colour."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    f = np.cbrt(np.clip(to_xyz @ rgb, 1e-6, None) / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("mode", MODES)
def test_text_has_the_contrast_that_wcag_aa_asks(mode):
    theme = CONFIG["theme"][mode]
    surfaces = [theme["backgroundColor"], theme["secondaryBackgroundColor"], *theme["sidebar"].values()]
    for key, colour in theme.items():
        if key in ("textColor", "linkColor") or key.endswith("TextColor"):
            for surface in surfaces:
                assert contrast(colour, surface) >= 4.5, (key, surface, contrast(colour, surface))
    assert contrast("#FFFFFF", theme["primaryColor"]) >= 4.5  # the label of a primary button


@pytest.mark.parametrize("mode", MODES)
def test_chart_colours_stand_out_from_the_background(mode):
    theme = CONFIG["theme"][mode]
    for colour in theme["chartCategoricalColors"]:
        assert contrast(colour, theme["backgroundColor"]) >= 3, (
            colour,
            contrast(colour, theme["backgroundColor"]),
        )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sight", SIGHT)
def test_chart_colours_differ_for_every_sight(mode, sight):
    colours = CONFIG["theme"][mode]["chartCategoricalColors"][:8]  # the last two are the first again
    seen = {c: lab(np.clip(np.array(SIGHT[sight]) @ linear_rgb(c), 0, 1)) for c in colours}
    for one, other in itertools.combinations(colours, 2):
        distance = np.linalg.norm(seen[one] - seen[other])
        assert distance >= 15, f"{one} and {other} look alike: {distance:.1f}"


@pytest.mark.parametrize("mode", MODES)
def test_plotly_gets_the_ten_colours_without_which_it_takes_its_own(mode):
    colours = CONFIG["theme"][mode]["chartCategoricalColors"]
    assert len(colours) == 10 and colours[8:] == colours[:2]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("palette", ("chartSequentialColors", "chartDivergingColors"))
def test_scales_have_the_ten_colours_streamlit_wants(mode, palette):
    assert len(set(CONFIG["theme"][mode][palette])) == 10


def test_nothing_is_fetched_from_elsewhere():
    assert "http" not in (Path(__file__).parent.parent / ".streamlit" / "config.toml").read_text()


def test_streamlit_knows_every_setting():
    from streamlit import config

    known = config.get_config_options()

    def names(table: dict, prefix: str = "") -> set[str]:
        deeper = [names(v, f"{prefix}{k}.") for k, v in table.items() if isinstance(v, dict)]
        return {prefix + k for k, v in table.items() if not isinstance(v, dict)}.union(*deeper)

    assert names(CONFIG) <= set(known)


def test_the_server_is_closed_to_strangers_and_shows_no_traceback():
    assert CONFIG["server"]["address"] == "localhost"
    assert CONFIG["server"]["enableXsrfProtection"] and CONFIG["server"]["enableCORS"]
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert not CONFIG["browser"]["gatherUsageStats"]
