-- Seen while they run; pg_stat_statements would add those that have ended.
SELECT
  count(*) FILTER (WHERE now() - query_start > interval '5 seconds') AS statements,
  coalesce(max(extract(epoch FROM now() - query_start)), 0) AS longest_seconds
FROM pg_stat_activity
WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid();
