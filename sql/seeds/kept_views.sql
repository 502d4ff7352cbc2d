-- seeds.kept_views
-- grain     one row per view that exports and checks make a table of before they begin
-- key       relation
-- upstream  none
--
-- These are read again and again by those who need them and by nobody else, so that no build pays for them. What comes
-- first is made first.
create or replace view seeds.kept_views as
from (
    values
        (1, 'standard.ruled_actions'),
        (2, 'sft.decisions'),
        (3, 'sft.alternatives')
) as kept_views (position, relation)
;
