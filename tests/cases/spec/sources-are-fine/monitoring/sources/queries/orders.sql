SELECT 1 AS orders, 2 AS seen, 'US' AS country
