-- Each hub's part of a family.
SELECT hub_patents.hub, families.family, families.year, hub_patents.weight
FROM families
JOIN hub_patents ON hub_patents.patent = families.patent
