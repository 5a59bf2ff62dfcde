-- One row per user, renewed whenever a session is used.
SELECT count(*) AS users
FROM user_activity
WHERE last_active_at > now() - interval '24 hours';
