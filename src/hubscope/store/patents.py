"""Patents into the store: part by part, resumable, published by the one rename of the manifest.

The views that `store.patents_views.connect_patents` (and `SparkPatents`) shows, with the columns of
`sources.patents.tables`; rows that a later release replaced are left out of all but `paper_links`:

    patents           patent, family, key, office, kind, invention, withdrawn, published, year ...
    inventors         patent, year, seq, inventor, place, weight (sums to 1 a patent)
    patent_fields     patent, year, scheme (cpc, ipc), symbol (G06N3/08), field (WIPO's 1 to 35)
    patent_citations  patent, year, cited, citer
    paper_links       patent, paper (OpenAlex number: joins works.work), confidence, found, citer,
                      own, office; every pair that was loaded: 4 and more counts as sure
    patent_places     place, city, region, country, geonames, latitude, longitude

The works' views (works, authorships, refs, topics, funders, institutions, lineage, topic_tree,
sites) stand beside them, empty where the store holds no works. After `indicators.patents.prepare`
also: `hubs`, `members` (hub, institution), `patent_members` (hub, place), `counted`, `placed`,
`hub_works`, and the base views of patents, of which chains may want

    counted_patents   the patents that count: inventions, not withdrawn
    hub_patents       hub, patent, year, weight (the hub's part of the patent; hub 0 is the world)
    paper_citations   patent, year, paper: sure links of counted patents, each once
    key_patents       name (ai, ic, quantum, energy), patent
"""
