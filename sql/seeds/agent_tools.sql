-- seeds.agent_tools
-- grain     one row per tool that an agent itself has
-- key       target, name
-- upstream  none
--
-- What each agent can call whatever the dataset: its own tools, and the actions that OpenHands' browser understands
-- (`called_in` names the tool in whose code they are written). Those of `openhands_tools` have neutral names, to which
-- seeds.neutral_tools leads from what the sources call them. Parameters are JSON schemas; no more is required than
-- the agents themselves ask for. Code of a code_action goes to the agent's shell or Python tool.
create or replace view seeds.agent_tools as
with

listed (target, name, called_in, description, parameters) as (
    values
        (
            'openhands', 'execute_bash', null,
            'Runs a bash command in the sandbox and returns what it prints.',
            '{"type": "object", "required": ["command"], "properties": {
                "command": {"type": "string", "description": "the command; empty to read more output"},
                "is_input": {"type": "string", "description": "true where the text is input for a running command"}
            }}'
        ),
        (
            'openhands', 'execute_ipython_cell', null,
            'Runs a cell of Python in an IPython session that keeps its state.',
            '{"type": "object", "required": ["code"], "properties": {
                "code": {"type": "string", "description": "the cell"}
            }}'
        ),
        (
            'openhands', 'str_replace_editor', null,
            'Views, creates and edits text files.',
            '{"type": "object", "required": ["command", "path"], "properties": {
                "command": {"type": "string",
                    "description": "view, create, str_replace, insert or undo_edit"},
                "path": {"type": "string", "description": "absolute path of a file or folder"},
                "file_text": {"type": "string", "description": "create: the whole text of the file"},
                "old_str": {"type": "string", "description": "str_replace: text that is in the file exactly once"},
                "new_str": {"type": "string", "description": "str_replace, insert: the text to put in"},
                "insert_line": {"type": "integer", "description": "insert: line behind which the text goes"},
                "view_range": {"type": "array", "description": "view: first and last line, -1 for the end"}
            }}'
        ),
        (
            'openhands', 'think', null,
            'Notes a thought; nothing is run and nothing changes.',
            '{"type": "object", "required": ["thought"], "properties": {
                "thought": {"type": "string", "description": "the thought"}
            }}'
        ),
        (
            'openhands', 'finish', null,
            'Ends the work on the task.',
            '{"type": "object", "properties": {
                "message": {"type": "string", "description": "last words to the user"},
                "task_completed": {"type": "string", "description": "true, false or partial"}
            }}'
        ),
        (
            'openhands', 'browser', null,
            'Runs Python code that acts in a web browser.',
            '{"type": "object", "required": ["code"], "properties": {
                "code": {"type": "string", "description": "calls of browser actions"}
            }}'
        ),
        (
            'openhands', 'web_read', null,
            'Reads a web page as Markdown.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "address of the page"}
            }}'
        ),
        (
            'openhands', 'edit_file', null,
            'Edits a stretch of a file by a draft of how it should read.',
            '{"type": "object", "required": ["path", "content"], "properties": {
                "path": {"type": "string", "description": "absolute path of the file"},
                "content": {"type": "string", "description": "the draft"},
                "start": {"type": "integer", "description": "first line of the stretch"},
                "end": {"type": "integer", "description": "last line of the stretch, -1 for the end"}
            }}'
        ),
        (
            'openhands', 'goto', 'browser', 'Opens an address.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "the address"}
            }}'
        ),
        (
            'openhands', 'go_back', 'browser', 'Goes one page back.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'openhands', 'go_forward', 'browser', 'Goes one page forward.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'openhands', 'noop', 'browser', 'Waits.',
            '{"type": "object", "properties": {
                "wait_ms": {"type": "number", "default": 1000, "description": "milliseconds"}
            }}'
        ),
        (
            'openhands', 'scroll', 'browser', 'Scrolls the page by pixels.',
            '{"type": "object", "required": ["delta_x", "delta_y"], "properties": {
                "delta_x": {"type": "number", "description": "pixels to the right"},
                "delta_y": {"type": "number", "description": "pixels down"}
            }}'
        ),
        (
            'openhands', 'fill', 'browser', 'Puts a text into a field.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            'openhands', 'select_option', 'browser', 'Chooses among the options of an element, one or several.',
            '{"type": "object", "required": ["bid", "options"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "options": {"description": "the option, or a list of options"}
            }}'
        ),
        (
            'openhands', 'click', 'browser', 'Clicks an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            'openhands', 'dblclick', 'browser', 'Clicks an element twice.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            'openhands', 'hover', 'browser', 'Moves the pointer over an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            'openhands', 'press', 'browser', 'Presses keys while an element has the focus.',
            '{"type": "object", "required": ["bid", "key_comb"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "key_comb": {"type": "string", "description": "the keys, such as Enter or Control+a"}
            }}'
        ),
        (
            'openhands', 'focus', 'browser', 'Gives an element the focus.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            'openhands', 'clear', 'browser', 'Empties a field.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            'openhands', 'drag_and_drop', 'browser', 'Drags one element onto another.',
            '{"type": "object", "required": ["from_bid", "to_bid"], "properties": {
                "from_bid": {"type": "string", "description": "id of the element to drag"},
                "to_bid": {"type": "string", "description": "id of the element to drop it on"}
            }}'
        ),
        (
            'openhands', 'upload_file', 'browser', 'Gives a file, or a list of files, to an upload field.',
            '{"type": "object", "required": ["bid", "file"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "file": {"description": "path of the file, or a list of paths"}
            }}'
        ),
        (
            'agentlab', 'send_msg_to_user', null,
            'Tells the user something, such as the answer when the task is done.',
            '{"type": "object", "required": ["text"], "properties": {
                "text": {"type": "string", "description": "what to tell"}
            }}'
        ),
        (
            'openhands_tools', 'terminal', null,
            'Runs a command in a shell that stays open and returns what it prints.',
            '{"type": "object", "required": ["command"], "properties": {
                "command": {"type": "string", "description": "the command; empty to read more output"},
                "is_input": {"type": "boolean", "description": "whether the text is input for a running command"}
            }}'
        ),
        (
            'openhands_tools', 'python', null,
            'Runs Python code in a session that keeps its state and returns what it prints.',
            '{"type": "object", "required": ["code"], "properties": {
                "code": {"type": "string", "description": "the code"}
            }}'
        ),
        (
            'openhands_tools', 'run_code', null,
            'Runs a program in a language other than Python and the shells.',
            '{"type": "object", "required": ["language", "code"], "properties": {
                "language": {"type": "string", "description": "the language, such as javascript"},
                "code": {"type": "string", "description": "the source text"}
            }}'
        ),
        (
            'openhands_tools', 'file_editor', null,
            'Views, creates and edits text files.',
            '{"type": "object", "required": ["command", "path"], "properties": {
                "command": {"type": "string",
                    "description": "view, create, str_replace, insert or undo_edit"},
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
            'openhands_tools', 'edit_file', null,
            'Edits a stretch of a file by a draft of how it should read.',
            '{"type": "object", "required": ["path", "content"], "properties": {
                "path": {"type": "string", "description": "absolute path of the file"},
                "content": {"type": "string", "description": "the draft"},
                "start": {"type": "integer", "description": "first line of the stretch"},
                "end": {"type": "integer", "description": "last line of the stretch, -1 for the end"}
            }}'
        ),
        (
            'openhands_tools', 'think', null,
            'Notes a thought; nothing is run and nothing changes.',
            '{"type": "object", "required": ["thought"], "properties": {
                "thought": {"type": "string", "description": "the thought"}
            }}'
        ),
        (
            'openhands_tools', 'finish', null,
            'Ends the work on the task.',
            '{"type": "object", "required": ["message"], "properties": {
                "message": {"type": "string", "description": "last words to the user"}
            }}'
        ),
        (
            'openhands_tools', 'browser_run', null,
            'Runs Python code that acts in the web browser.',
            '{"type": "object", "required": ["code"], "properties": {
                "code": {"type": "string", "description": "calls of browser actions"}
            }}'
        ),
        (
            'openhands_tools', 'browser_read', null,
            'Reads a web page as Markdown.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "address of the page"}
            }}'
        ),
        (
            'openhands_tools', 'browser_navigate', null,
            'Opens an address.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "the address"}
            }}'
        ),
        (
            'openhands_tools', 'browser_go_back', null,
            'Goes one page back.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'openhands_tools', 'browser_go_forward', null,
            'Goes one page forward.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'openhands_tools', 'browser_click', null,
            'Clicks an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "items": {"type": "string"},
                    "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            'openhands_tools', 'browser_double_click', null,
            'Clicks an element twice.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "items": {"type": "string"},
                    "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            'openhands_tools', 'browser_hover', null,
            'Moves the pointer over an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"}
            }}'
        ),
        (
            'openhands_tools', 'browser_focus', null,
            'Gives an element the focus.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"}
            }}'
        ),
        (
            'openhands_tools', 'browser_fill', null,
            'Puts a text into a field, in place of what it held.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            'openhands_tools', 'browser_clear', null,
            'Empties a field.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"}
            }}'
        ),
        (
            'openhands_tools', 'browser_type', null,
            'Types a text into a field.',
            '{"type": "object", "required": ["bid", "text"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"},
                "text": {"type": "string", "description": "the text"},
                "press_enter_after": {"type": "integer", "default": 1,
                    "description": "1 to press Enter behind the text, 0 not to"}
            }}'
        ),
        (
            'openhands_tools', 'browser_press_key', null,
            'Presses a key or several at once.',
            '{"type": "object", "required": ["key"], "properties": {
                "key": {"type": "string", "description": "the keys, such as Enter or Control+a"},
                "bid": {"type": "string", "description": "id of the element that gets the focus first"}
            }}'
        ),
        (
            'openhands_tools', 'browser_scroll', null,
            'Scrolls the page by pixels.',
            '{"type": "object", "required": ["delta_x", "delta_y"], "properties": {
                "delta_x": {"type": "number", "description": "pixels to the right"},
                "delta_y": {"type": "number", "description": "pixels down"}
            }}'
        ),
        (
            'openhands_tools', 'browser_select_option', null,
            'Chooses among the options of an element, one or several.',
            '{"type": "object", "required": ["bid", "options"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"},
                "options": {"description": "the option, or a list of options"}
            }}'
        ),
        (
            'openhands_tools', 'browser_drag_and_drop', null,
            'Drags one element onto another.',
            '{"type": "object", "required": ["from_bid", "to_bid"], "properties": {
                "from_bid": {"type": "string", "description": "id of the element to drag"},
                "to_bid": {"type": "string", "description": "id of the element to drop it on"}
            }}'
        ),
        (
            'openhands_tools', 'browser_upload_file', null,
            'Gives a file, or a list of files, to an upload field.',
            '{"type": "object", "required": ["bid", "file"], "properties": {
                "bid": {"type": "string", "description": "id of the element, as the page''s tree shows it"},
                "file": {"description": "path of the file, or a list of paths"}
            }}'
        ),
        (
            'openhands_tools', 'browser_wait', null,
            'Waits.',
            '{"type": "object", "properties": {
                "wait_ms": {"type": "number", "default": 1000, "description": "milliseconds"}
            }}'
        ),
        (
            'openhands_tools', 'browser_new_tab', null,
            'Opens a new tab.',
            '{"type": "object", "properties": {
                "url": {"type": "string", "description": "address to open in it"}
            }}'
        ),
        (
            'openhands_tools', 'browser_close_tab', null,
            'Closes the current tab.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'openhands_tools', 'browser_switch_tab', null,
            'Brings a tab to the front.',
            '{"type": "object", "required": ["index"], "properties": {
                "index": {"type": "integer", "description": "number of the tab, from 0"}
            }}'
        ),
        (
            'mini_swe_agent', 'bash', null,
            'Runs a bash command in a new shell and returns what it prints.',
            '{"type": "object", "required": ["command"], "properties": {
                "command": {"type": "string", "description": "the command"}
            }}'
        ),
        (
            'sweagent', 'bash', null,
            'Runs a bash command and returns what it prints.',
            '{"type": "object", "required": ["command"], "properties": {
                "command": {"type": "string", "description": "the command"}
            }}'
        ),
        (
            'sweagent', 'str_replace_editor', null,
            'Views, creates and edits text files.',
            '{"type": "object", "required": ["command", "path"], "properties": {
                "command": {"type": "string",
                    "description": "view, create, str_replace, insert or undo_edit"},
                "path": {"type": "string", "description": "absolute path of a file or folder"},
                "file_text": {"type": "string", "description": "create: the whole text of the file"},
                "old_str": {"type": "string", "description": "str_replace: text that is in the file exactly once"},
                "new_str": {"type": "string", "description": "str_replace, insert: the text to put in"},
                "insert_line": {"type": "integer", "description": "insert: line behind which the text goes"},
                "view_range": {"type": "array", "description": "view: first and last line, -1 for the end"}
            }}'
        ),
        (
            'sweagent', 'submit', null,
            'Hands in the work and ends the session.',
            '{"type": "object", "properties": {}}'
        )
)

from listed
select target, name, called_in::varchar as called_in, description, json(parameters) as parameters
;
