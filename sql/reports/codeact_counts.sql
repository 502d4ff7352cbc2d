-- What is published of CodeAct's data beside what is landed, and whether they must agree because all of it is landed.
from standard.codeact_counts
select subject, figure, published, here, is_whole
order by subject, figure
;
