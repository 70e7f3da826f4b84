-- Families of each key technology: one of their publications has a symbol of it.
SELECT DISTINCT key_patents.name, counted_patents.family
FROM key_patents
JOIN counted_patents ON counted_patents.patent = key_patents.patent
