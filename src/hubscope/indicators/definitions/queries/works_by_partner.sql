-- Works shared with each partner hub; the fold counts partners or makes the network of each year.
SELECT one.hub, one.year, one.work AS unit, two.hub AS part,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_works AS one
JOIN hub_works AS two ON two.work = one.work AND two.hub <> one.hub
WHERE one.hub > 0 AND two.hub > 0
