-- seeds.tools
-- grain     one row per function that a dataset's agents had
-- key       dataset, name
-- upstream  none
--
-- The functions of datasets that do not list them per trajectory: names and parameters as the dataset uses them,
-- descriptions our own. Parameters are JSON schemas.
create or replace view seeds.tools as
with

listed (dataset, name, description, parameters) as (
    values
        -- codeactinstruct: functions of a Python session, most of them for a household told in text
        (
            'codeactinstruct', 'clean',
            'Cleans a thing at a receptacle of the household.',
            '{"type": "object", "required": ["object", "receptacle"], "properties": {
                "object": {"type": "string", "description": "the thing, such as \"cloth 1\""},
                "receptacle": {"type": "string", "description": "where to clean it, such as \"sinkbasin 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'close_receptacle',
            'Closes a receptacle of the household.',
            '{"type": "object", "required": ["receptacle"], "properties": {
                "receptacle": {"type": "string", "description": "what to close, such as \"fridge 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'cool',
            'Cools a thing with a receptacle of the household.',
            '{"type": "object", "required": ["object", "receptacle"], "properties": {
                "object": {"type": "string", "description": "the thing, such as \"bowl 2\""},
                "receptacle": {"type": "string", "description": "what to cool it with, such as \"fridge 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'goto',
            'Walks to a receptacle of the household.',
            '{"type": "object", "required": ["receptacle"], "properties": {
                "receptacle": {"type": "string", "description": "where to go, such as \"desk 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'heat',
            'Heats a thing with a receptacle of the household.',
            '{"type": "object", "required": ["object", "receptacle"], "properties": {
                "object": {"type": "string", "description": "the thing, such as \"potato 1\""},
                "receptacle": {"type": "string", "description": "what to heat it with, such as \"microwave 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'look',
            'Tells what can be seen from here.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'codeactinstruct', 'open_receptacle',
            'Opens a receptacle of the household.',
            '{"type": "object", "required": ["receptacle"], "properties": {
                "receptacle": {"type": "string", "description": "what to open, such as \"drawer 3\""}
            }}'
        ),
        (
            'codeactinstruct', 'put',
            'Puts a thing that is carried in or on a receptacle.',
            '{"type": "object", "required": ["object", "receptacle"], "properties": {
                "object": {"type": "string", "description": "the thing, such as \"book 1\""},
                "receptacle": {"type": "string", "description": "where to put it, such as \"shelf 2\""}
            }}'
        ),
        (
            'codeactinstruct', 'take_from',
            'Takes a thing out of or off a receptacle.',
            '{"type": "object", "required": ["object", "receptacle"], "properties": {
                "object": {"type": "string", "description": "the thing, such as \"pen 1\""},
                "receptacle": {"type": "string", "description": "where it is, such as \"sidetable 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'toggle',
            'Switches a thing or a receptacle on or off.',
            '{"type": "object", "required": ["object_or_receptacle"], "properties": {
                "object_or_receptacle": {"type": "string", "description": "what to switch, such as \"desklamp 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'use',
            'Uses a receptacle of the household.',
            '{"type": "object", "required": ["receptacle"], "properties": {
                "receptacle": {"type": "string", "description": "what to use, such as \"desklamp 1\""}
            }}'
        ),
        (
            'codeactinstruct', 'wikipedia_search',
            'Searches Wikipedia and returns the beginnings of the pages that fit best.',
            '{"type": "object", "required": ["query"], "properties": {
                "query": {"type": "string", "description": "what to look for"}
            }}'
        ),

        -- swe-gym: where a trajectory lists no tools of its own
        (
            'swe-gym_openhands_sampled_trajectories', 'str_replace_editor',
            'Views, creates and edits text files.',
            '{"type": "object", "required": ["command", "path"], "properties": {
                "command": {"type": "string", "description": "view, create, str_replace, insert or undo_edit"},
                "path": {"type": "string", "description": "absolute path of a file or folder"},
                "file_text": {"type": "string", "description": "create: the whole text of the file"},
                "old_str": {"type": "string", "description": "str_replace: text that is in the file exactly once"},
                "new_str": {"type": "string", "description": "str_replace, insert: the text to put in"},
                "insert_line": {"type": "integer", "description": "insert: line behind which the text goes"},
                "view_range": {"type": "array", "items": {"type": "integer"},
                    "description": "view: first and last line, -1 for the end"}
            }}'
        ),

        -- swe-smith: beside bash
        (
            'swe-smith', 'str_replace_editor',
            'Views, creates and edits text files.',
            '{"type": "object", "required": ["command", "path"], "properties": {
                "command": {"type": "string", "description": "view, create, str_replace, insert or undo_edit"},
                "path": {"type": "string", "description": "absolute path of a file or folder"},
                "file_text": {"type": "string", "description": "create: the whole text of the file"},
                "old_str": {"type": "string", "description": "str_replace: text that is in the file exactly once"},
                "new_str": {"type": "string", "description": "str_replace, insert: the text to put in"},
                "insert_line": {"type": "integer", "description": "insert: line behind which the text goes"},
                "view_range": {"type": "array", "items": {"type": "integer"},
                    "description": "view: first and last line, -1 for the end"}
            }}'
        ),
        (
            'swe-smith', 'submit',
            'Hands in the changes and ends the work on the task.',
            '{"type": "object", "properties": {}}'
        )
),

-- browser actions on elements of an accessibility tree, which several datasets have
browsing (datasets, name, description, parameters) as (
    values
        (
            ['nnetnav-live', 'nnetnav-wa'], 'click',
            'Clicks an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'fill',
            'Puts a text into a field, in place of what it held.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'go_back',
            'Goes one page back.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'go_forward',
            'Goes one page forward.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'goto',
            'Opens an address.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "the address"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'hover',
            'Moves the pointer over an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'keyboard_press',
            'Presses a key or several at once, wherever the focus is.',
            '{"type": "object", "required": ["key"], "properties": {
                "key": {"type": "string", "description": "names of keys joined by +, such as Enter or Control+a"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'new_tab',
            'Opens an empty tab and turns to it.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'noop',
            'Waits.',
            '{"type": "object", "properties": {
                "wait_ms": {"type": "number", "default": 1000, "description": "milliseconds"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'scroll',
            'Scrolls the page.',
            '{"type": "object", "required": ["delta_x", "delta_y"], "properties": {
                "delta_x": {"type": "number", "description": "pixels to the right"},
                "delta_y": {"type": "number", "description": "pixels down"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'tab_close',
            'Closes the tab.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'tab_focus',
            'Turns to another tab.',
            '{"type": "object", "required": ["index"], "properties": {
                "index": {"type": "integer", "description": "number of the tab, from 0"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa'], 'type',
            'Types a text into an element.',
            '{"type": "object", "required": ["bid", "text"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "text": {"type": "string", "description": "the text"},
                "press_enter_after": {"type": "integer", "default": 1, "description": "1 to press Enter afterwards"}
            }}'
        )
),

every_tool as (
    from listed
    union all by name
    from browsing
    select unnest(datasets) as dataset, name, description, parameters
)

from every_tool
select dataset, name, description, json(parameters) as parameters
;
