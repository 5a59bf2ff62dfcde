SELECT 9 AS score, 1 AS answers
