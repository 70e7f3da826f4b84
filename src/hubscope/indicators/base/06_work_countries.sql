-- By work.
-- The economies of each counted work.
SELECT DISTINCT authorships.work, authorships.country
FROM authorships
JOIN counted ON counted.work = authorships.work
WHERE authorships.country IS NOT NULL
