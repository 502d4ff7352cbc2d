-- Every answer of mini-swe-agent holds exactly one command, in a block of its own: it refuses any other.
with

answers as (
    from sft.mini_swe_agent
    select id, unnest(list_filter(conversations, lambda turn: turn['from'] = 'gpt')).value as text
)

from answers
select id, left(text, 200) as text
where len(regexp_extract_all(text, '(?s)```mswea_bash_command\s*\n(.*?)\n```')) <> 1
    or len(string_split(text, '```mswea_bash_command')) <> 2
    or regexp_full_match(regexp_extract(text, '(?s)```mswea_bash_command\s*\n(.*?)\n```', 1), '\s*')
;
