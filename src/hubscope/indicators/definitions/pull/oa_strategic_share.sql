-- Weight at listed institutions and their children: `curated` holds each institution once.
WITH inside AS (
    SELECT members.hub, authorships.work, sum(authorships.weight) AS weight
    FROM authorships
    JOIN members ON members.institution = authorships.institution
    JOIN curated ON curated.institution = authorships.institution
    WHERE curated.list = 'strategic'
    GROUP BY members.hub, authorships.work
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    coalesce(inside.weight, CAST(0 AS DOUBLE)) AS num,
    hub_works.weight AS den
FROM hub_works
JOIN hubs ON hubs.hub = hub_works.hub
JOIN listed_economies
    ON listed_economies.list = 'strategic' AND listed_economies.country = hubs.country
LEFT JOIN inside ON inside.hub = hub_works.hub AND inside.work = hub_works.work
