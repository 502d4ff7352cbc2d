-- seeds.neutral_tools
-- grain     one row per dataset and function or language that goes by a neutral name in sft.openhands_tools
-- key       dataset, kind, name
-- upstream  none
--
-- What the sources call a tool, and what it is called in sft.openhands_tools (seeds.agent_tools), where names are those
-- that agents share. `*` stands for every dataset, behind rows of its own. `kind` says what is named:
--   function  of an api_action. `renames` are parameters that have another name here, such as {"dx": "delta_x"}
--   language  of a code_action; `parameter` is where its code goes. A language without a row goes to run_code
--   offer     a tool that trajectories of the dataset have, called or not, though no function or language of it leads
--             there
-- A tool that a source lists is offered under its neutral name; a function without a row keeps its own name and the
-- dataset's own schema.
create or replace view seeds.neutral_tools as
with

everywhere (kind, name, tool, parameter) as (
    values
        ('function', 'execute_bash', 'terminal', null),
        ('function', 'execute_ipython_cell', 'python', null),
        ('function', 'finish', 'finish', null),
        ('function', 'str_replace_editor', 'file_editor', null),
        ('function', 'web_read', 'browser_read', null),
        ('language', 'bash', 'terminal', 'command'),
        ('language', 'python', 'python', 'code'),
        ('language', 'web', 'browser_run', 'code')
),

-- datasets whose agents work in a shell or a Python session, whatever one trajectory needs of it
offered (dataset, tool) as (
    values
        ('agenttuning_os', 'terminal'),
        ('codeactinstruct', 'python'),
        ('mini-coder', 'terminal'),
        ('nebius_SWE-agent-trajectories', 'terminal'),
        ('omniact', 'python'),
        ('openhands', 'file_editor'),
        ('openhands', 'python'),
        ('openhands', 'terminal'),
        ('swe-play-trajectories', 'file_editor'),
        ('swe-play-trajectories', 'python'),
        ('swe-play-trajectories', 'terminal'),
        ('swe-smith', 'terminal')
),

-- browsers whose elements have ids, of the source's own or found by a browser
browsing (dataset) as (
    values
        ('go-browse-wa'),
        ('mind2web'),
        ('nnetnav-live'),
        ('nnetnav-wa'),
        ('openhands'),
        ('synatra'),
        ('turkingbench'),
        ('webarena_successful'),
        ('weblinx'),
        ('wonderbread')
),

browser_actions (name, tool, renames) as (
    values
        ('clear', 'browser_clear', null),
        ('click', 'browser_click', '{"element_id": "bid"}'),
        ('close_tab', 'browser_close_tab', null),
        ('dblclick', 'browser_double_click', null),
        ('drag_and_drop', 'browser_drag_and_drop', null),
        ('fill', 'browser_fill', null),
        ('focus', 'browser_focus', null),
        ('go_back', 'browser_go_back', null),
        ('go_forward', 'browser_go_forward', null),
        ('goto', 'browser_navigate', null),
        ('hover', 'browser_hover', '{"element_id": "bid"}'),
        ('keyboard_press', 'browser_press_key', '{"value": "key"}'),
        ('new_tab', 'browser_new_tab', null),
        ('noop', 'browser_wait', null),
        ('press', 'browser_press_key', '{"key_comb": "key"}'),
        ('scroll', 'browser_scroll', '{"dx": "delta_x", "dy": "delta_y"}'),
        ('select', 'browser_select_option', '{"value": "options"}'),
        ('select_option', 'browser_select_option', null),
        ('tab_close', 'browser_close_tab', null),
        ('tab_focus', 'browser_switch_tab', '{"page_number": "index"}'),
        ('upload_file', 'browser_upload_file', null)
),

-- Whether Enter is pressed behind a text: only these say so. Where `value` is put into a field, it is not.
typing (dataset, tool) as (
    values
        ('mind2web', 'browser_fill'),
        ('nnetnav-live', 'browser_type'),
        ('nnetnav-wa', 'browser_type'),
        ('turkingbench', 'browser_fill'),
        ('weblinx', 'browser_fill')
),

listed as (
    from everywhere
    select '*' as dataset, kind, name, tool, parameter
    union all by name
    from offered
    select dataset, 'offer' as kind, tool as name, tool
    union all by name
    from browsing
    cross join browser_actions
    select dataset, 'function' as kind, name, tool, renames
    union all by name
    from typing
    select dataset, 'function' as kind, 'type' as name, tool
)

from listed
select
    dataset,
    kind,
    name,
    tool,
    parameter::varchar as parameter,
    renames::json as renames,
;
