"""Write every sample's files into a folder: sample_data/ itself unless another is named."""

import importlib
import pkgutil
import sys
from pathlib import Path

import sample_data.generate as generators


def write_all(folder: Path) -> list[Path]:
    """Run every generator; the paths written, in the order of the generators' names."""
    written = []
    for module in pkgutil.iter_modules(generators.__path__, f"{generators.__name__}."):
        if "__" in module.name:
            continue
        generator = importlib.import_module(module.name)
        files = {name: table.to_csv() for name, table in getattr(generator, "tables", dict)().items()}
        files |= getattr(generator, "archives", dict)()
        for name, content in files.items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
    return written


if __name__ == "__main__":
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    home.mkdir(parents=True, exist_ok=True)
    for written in write_all(home):
        print(f"{written}  {written.stat().st_size / 1024:,.0f} KB")
