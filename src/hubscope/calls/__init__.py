"""Open-competition calls 揭榜挂帅: rules, reviewers, scores, portfolio and the record."""
