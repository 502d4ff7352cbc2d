-- Of a source that is landed whole as many tasks, runs and chats are chosen as are published of it: so the rules agree.
from standard.codeact_counts
select subject, figure, published, here
where is_whole and published is distinct from here
;
