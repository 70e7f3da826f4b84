-- Counted patents and the papers that they cite.
SELECT patent, paper FROM paper_citations
