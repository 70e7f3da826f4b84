"""What each step of a recipe may be told: the one list that recipes are checked against."""

from __future__ import annotations

STEPS = (
    "denominate",
    "screen",
    "impute",
    "transform",
    "treat",
    "normalise",
    "weight",
    "aggregate",
    "custom",
)

METHODS: dict[str, dict[str, tuple[str, ...]]] = {
    "impute": {
        "mean": (),
        "median": (),
        "group_mean": ("group",),
        "group_median": ("group",),
        "row_mean": ("level",),
        "latest": ("within",),
        "linear": (),
        "linear_constant": (),
        "constant": ("value",),
        "regression": (),
        "em": (),
        "multiple": ("version", "seed"),
        "none": (),
    },
    "transform": {"log": ("offset",), "sqrt": (), "boxcox": ("power",), "none": ()},
    "normalise": {
        "minmax": ("low", "high"),
        "zscore": ("mean", "sd"),
        "scaled": ("low", "high"),
        "distance_to_max": (),
        "distance_to_target": ("cap",),
        "distance_to_reference": ("reference", "cap"),
        "fraction_of_max": (),
        "percentile_rank": (),
        "rank": (),
        "borda": (),
        "goalposts": ("low", "high", "scale", "cap"),
        "categorical": ("cuts", "values"),
        "above_below_mean": ("threshold",),
        "cyclical": (),
        "none": (),
    },
    "weight": {
        "given": (),
        "equal": (),
        "set": ("weights",),
        "pca": ("squared",),
        "factor": ("eigenvalue", "factors"),
        "entropy": (),
        "critic": (),
        "sd": (),
        "ahp": ("comparisons",),
        "budget": ("allocations",),
        "correlation": ("targets",),
    },
    "aggregate": {
        "arithmetic": (),
        "geometric": (),
        "harmonic": (),
        "power": ("p",),
        "copeland": (),
        "outranking": (),
        "kemeny": (),
        "owa": ("order_weights",),
        "mpi": ("penalty",),
        "ampi": ("penalty",),
        "bod": ("least", "most", "returns", "limits", "towards", "bad"),
        "topsis": ("scaling",),
        "vikor": ("v",),
        "promethee": ("preference", "p"),
        "electre": ("q", "p", "v", "scale"),
    },
}
"""Methods of a step, each with the options that it alone reads."""

_SHARED: dict[str, tuple[str, ...]] = {
    "denominate": ("by", "scale"),
    "screen": ("availability", "nonzero", "by", "keep", "drop"),
    "impute": ("indicators", "over"),
    "transform": ("indicators",),
    "treat": (
        "winsorise",
        "then",
        "skew",
        "kurtosis",
        "combine",
        "power",
        "indicators",
        "over",
        "force",
    ),
    "normalise": ("indicators", "over"),
    "weight": ("level", "groups"),
    "aggregate": ("availability",),
    "custom": ("call", "options"),
}

OPTIONS: dict[str, tuple[str, ...]] = {
    do: (
        *dict.fromkeys(
            [
                *(["method"] if do in METHODS else []),
                *_SHARED[do],
                *(o for options in METHODS.get(do, {}).values() for o in options),
            ]
        ),
    )
    for do in STEPS
}
"""All options of a step."""
