"""Step: the workspace's chains into one graph and into what pages and files show of each."""

from __future__ import annotations

from collections.abc import Mapping

from hubscope.chains.load import chain_files, read_chains
from hubscope.chains.report import report
from hubscope.job.steps import Context, Step, hash_file, hash_value
from hubscope.sources.chain_tables import join


def _inputs(context: Context) -> Mapping[str, str]:
    root = context.workspace.root
    found = {str(f.relative_to(root)): hash_file(f) for f in chain_files(root)}
    return found | {"focus": hash_value(context.workspace.settings.focus)}


def _make(context: Context) -> Mapping[str, object]:
    found = read_chains(context.workspace.root)
    whole = join(n.chain for n in found)
    for file in chain_files(context.workspace.root):
        context.store.keep_raw(f"{file.parent.name}-{file.name}", file.read_bytes())
    focus = context.workspace.settings.focus
    return {
        "chain-nodes": whole.nodes,
        "chain-links": whole.links,
        "chain-evidence": whole.evidence,
        "chains": [report(named, focus) for named in found],
    }


CHAINS = Step("chains", _inputs, _make)
