-- seeds.chat_shapes
-- grain     one row per shape that general chats come in
-- key       shape
-- upstream  none
--
-- How many chats of a collection the training set takes, null for all that are fit, and what is published of it: how
-- many chats the collection has, and how many are left behind the last of the rules.
create or replace view seeds.chat_shapes as
select *
from (
    values
        ('openorca', 50000, 4233923, 141695),
        ('sharegpt', 10000, 94145, 39537),
        ('sharegpt_gpt4', null::integer, 6599, 6599),
        ('capybara', null, 4647, 4647)
) as t (shape, sample_size, records_published, fit_published)
;
