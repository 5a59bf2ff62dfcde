SELECT 1 AS orders
