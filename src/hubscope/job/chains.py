"""Step: the workspace's chains into one graph and into what pages and files show of each.

Where the store holds works or patents they make a chain of their own, called `store`; the segments
that a chain names in chain.toml take their science and patents from there as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from hubscope.chains.licence import may_publish
from hubscope.chains.load import STORE, ChainSettings, Named, chain_files, read_chains
from hubscope.chains.report import report
from hubscope.chains.segment_chain import concordance, node_id, segment_chain, signals_of
from hubscope.chains.segments import segments
from hubscope.job.segments import found_in_store, table
from hubscope.job.steps import Context, Step, artifact_hashes, hash_file, hash_value
from hubscope.sources.chain_tables import join
from hubscope.words import LANGUAGES, say


def stored_segments(context: Context, *, fresh: bool = True) -> Mapping[str, Any]:
    """What the last run found in the store.

    Before any run it is what is found there now, or nothing unless `fresh`: counting takes time.
    """
    if "segments" in context.store.manifest().artifacts:
        found: Mapping[str, Any] = context.store.json("segments")
        return found
    return found_in_store(context) if fresh else {"rows": [], "sources": {}}


def every_chain(context: Context, seen: Mapping[str, Any]) -> list[Named]:
    """The chains of the workspace, and that of its store where the store has anything to say.

    Args:
        context: the workspace and its store.
        seen: as `stored_segments` gives it.
    """
    found = read_chains(context.workspace.root)
    if not seen["rows"]:
        return found
    made = segment_chain(table(seen), context.workspace.hubs, seen["sources"])
    own = ChainSettings.model_validate(
        {"segments": {node_id(s): s for s in segments()}}
        | {lang: say(lang, "chains.page.store") for lang in LANGUAGES}
        | {f"note_{lang}": say(lang, "chains.page.store_note") for lang in LANGUAGES}
    )
    return [*found, Named(STORE, made, own)]


def beside(named: Named, seen: Mapping[str, Any], *, publish: bool = False) -> pl.DataFrame | None:
    """What the store says of the segments that a chain names; None where it names none.

    Args:
        named: the chain.
        seen: as `stored_segments` gives it.
        publish: leave out what the licence of its source keeps from being published.
    """
    if not (named.settings.segments and seen["rows"]):
        return None
    open_ = [s for s, e in seen["sources"].items() if not publish or may_publish(e["licence"])]
    found = table(seen).filter(pl.col("signal").is_in(open_))
    return signals_of(found, named.settings.segments)


def _inputs(context: Context) -> Mapping[str, str]:
    root = context.workspace.root
    found = {str(f.relative_to(root)): hash_file(f) for f in chain_files(root)}
    hubs = hash_value([repr(h) for h in context.workspace.hubs.values()])
    own = {"focus": hash_value(context.workspace.settings.focus), "hubs": hubs}
    return found | own | artifact_hashes(context, "segments")


def _make(context: Context) -> Mapping[str, object]:
    seen = stored_segments(context)
    found = every_chain(context, seen)
    whole = join(n.chain for n in found)
    for file in chain_files(context.workspace.root):
        context.store.keep_raw(f"{file.parent.name}-{file.name}", file.read_bytes())
    focus = context.workspace.settings.focus
    return {
        "chain-nodes": whole.nodes,
        "chain-links": whole.links,
        "chain-evidence": whole.evidence,
        "chains": [_report(named, focus, seen) for named in found],
    }


def _report(named: Named, focus: str, seen: Mapping[str, Any]) -> dict[str, Any]:
    body = report(named, focus, beside=beside(named, seen, publish=True))
    own = named.settings.segments if seen["rows"] else {}
    sources = {s: e for s, e in seen["sources"].items() if may_publish(e["licence"])}
    return body | {
        "segments": own,
        "sources": sources if own else {},
        "concordance": concordance(own),
        "version": seen["version"] if own else "",
    }


CHAINS = Step("chains", _inputs, _make)
