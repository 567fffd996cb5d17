"""What a chart shows, in words: its title and the names of its axes. Draws and computes nothing."""

from core.data.charting import ChartRequest
from core.domain import Dataset

WORDS = {"mean": "Mean", "median": "Median", "sum": "Sum", "min": "Smallest", "max": "Largest"}


def measure_title(request: ChartRequest, name: str | None, dataset: Dataset) -> str:
    """The measure of a chart, such as "Mean of price (€)"."""
    if name is None or request.aggregate == "count":
        return "Rows"
    if request.aggregate == "share":
        return f"Share with {name} = {request.value}"
    return f"{WORDS[request.aggregate]} of {axis_title(name, dataset)}"


def axis_title(name: str, dataset: Dataset) -> str:
    unit = dataset.column(name).unit
    return f"{name} ({unit})" if unit else name


def chart_title(request: ChartRequest, dataset: Dataset) -> str:
    match request.kind:
        case "bar" | "line" | "area":
            said = f"{measure_title(request, request.y, dataset)} by {request.x}"
        case "histogram":
            said = f"Rows by {request.x}"
        case "box" | "violin":
            said = f"{request.y} by {request.x}" if request.x else f"Distribution of {request.y}"
        case "heatmap":
            said = f"{measure_title(request, request.z, dataset)} by {request.x} and {request.y}"
        case "scatter" | "map":
            said = f"{request.y} against {request.x}"
        case "correlation":
            said = "How numbers go together (Spearman)"
        case _:
            said = f"{len(request.columns)} columns side by side"
    if request.colour:
        said += f", coloured by {request.colour}"
    if request.facet:
        said += f", a panel for each {request.facet}"
    return said + (f" · {len(request.filters)} filters" if len(request.filters) > 1 else " · filtered" if request.filters else "")  # fmt: skip
