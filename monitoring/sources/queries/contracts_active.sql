SELECT count(*) AS contracts
FROM contracts
WHERE status = 'active';
