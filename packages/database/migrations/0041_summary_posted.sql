-- Every round of the summaries asks what was posted since the last one, of all lots together. The time stands in these as an expression, so that
-- this question is answered from here and not from an index that begins with the lot. An index by ranges of pages knows nothing of new
-- ranges until they are looked through, and all of them would be read each time: here that is done as soon as a range is full.
create index transfer_posted_since on transfer using brin ((posted_at at time zone 'UTC')) with (pages_per_range = 32, autosummarize = on);
create index cash_move_posted_since on cash_move using brin ((posted_at at time zone 'UTC')) with (pages_per_range = 32, autosummarize = on);
