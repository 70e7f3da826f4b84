-- The year in which a paper was first cited by a patent; patents older than the paper are errors.
SELECT paper_citations.paper, min(paper_citations.year) AS year
FROM paper_citations
JOIN counted ON counted.work = paper_citations.paper
WHERE paper_citations.year >= counted.year
GROUP BY paper_citations.paper
