SELECT score, count(*) AS answers
FROM survey_answers
WHERE answered_at >= now() - interval '90 days'
GROUP BY score;
