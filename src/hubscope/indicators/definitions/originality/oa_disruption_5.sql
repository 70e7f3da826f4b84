-- The variant with a threshold of five shared references: Bornmann et al. 2020, "Are disruption
-- index indicators convergently valid?", section 2.2.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CAST(disruption.n_i - disruption.n_strong AS DOUBLE)
        / CAST(disruption.n_i + disruption.n_strong + disruption.n_k AS DOUBLE) AS num,
    hub_works.weight AS den
FROM hub_works
JOIN disruption ON disruption.work = hub_works.work
WHERE disruption.n_i + disruption.n_strong + disruption.n_k > 0
