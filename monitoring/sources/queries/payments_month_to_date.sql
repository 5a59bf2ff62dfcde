-- A refund counts in the month in which it is given, as with the payment provider.
WITH movements AS (
  SELECT currency, amount_minor
  FROM payments
  WHERE status = 'succeeded' AND created_at >= date_trunc('month', now())
  UNION ALL
  SELECT currency, -refunded_minor
  FROM payments
  WHERE status = 'succeeded' AND refunded_at >= date_trunc('month', now())
)
SELECT currency, sum(amount_minor) AS amount_minor
FROM movements
GROUP BY currency;
