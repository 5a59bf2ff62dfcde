-- The connection's time zone is the organisation's.
SELECT count(*) AS jobs
FROM jobs
WHERE created_at >= date_trunc('day', now());
