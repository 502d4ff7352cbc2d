-- standard.record_tokens
-- grain     one row per training set, its record and tokenizer
-- key       target, tokenizer, id
-- upstream  raw.derived_record_tokens
--
-- How long the records of training sets are in ChatML, marks of the turns included. `adp pack` derives it for what it
-- packs, each time for all records of a dataset that it is asked for: an earlier count of that dataset goes.
-- No build renews it.
create or replace view standard.record_tokens as
from raw.derived_record_tokens
select target, dataset, tokenizer, id, trajectory_id, tokens
;
