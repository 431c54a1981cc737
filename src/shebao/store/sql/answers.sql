-- Answers: what banks said of packets, put aside whole and posted bit by bit.

-- name: answer
-- A part of an answer that was taken in.
SELECT digest, lines FROM batch_answers
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet AND part = :part;

-- name: insert_answer
-- A part of an answer, taken in whole.
INSERT INTO batch_answers (region_code, batch_id, packet, part, digest, lines, came_at)
VALUES (:region_code, :batch_id, :packet, :part, :digest, :lines, :at);

-- name: answers
-- Every part that has come, and how far it is posted.
SELECT packet, part, lines, posted_to, posted
  FROM batch_answers
 WHERE region_code = :region_code AND batch_id = :batch_id
 ORDER BY packet, part;

-- name: strangers
-- Lines of an answer that were never sent in this packet. As sets: however few rows somebody
-- counted when this was planned, it is never every line against every other.
SELECT serial FROM batch_results
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet AND part = :part
EXCEPT
SELECT serial FROM batch_lines
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet
   AND state NOT IN ('queued', 'released')
 ORDER BY serial
 LIMIT 20;

-- name: answered_before
-- Lines of an answer that another part has answered already.
SELECT serial FROM batch_results
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet AND part = :part
INTERSECT
SELECT serial FROM batch_results
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet AND part <> :part
 ORDER BY serial
 LIMIT 20;

-- name: posted_further
-- How far an answer is posted.
UPDATE batch_answers SET posted_to = :upto, posted = posted + :posted
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet AND part = :part;

-- name: forget_results
-- What was posted stands on its lines; the file is kept.
DELETE FROM batch_results WHERE region_code = :region_code AND batch_id = :batch_id;
-- name: count_parts
-- Of how many parts an answer is.
UPDATE batch_packets SET parts = :parts
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet;
