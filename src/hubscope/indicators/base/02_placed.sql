-- By work.
-- Each part of a counted work that lies in a hub.
SELECT members.hub, authorships.work, authorships.year, authorships.author, authorships.weight
FROM authorships
JOIN counted ON counted.work = authorships.work
JOIN members ON members.institution = authorships.institution
