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
        -- alfworld: commands to a household that is told in text
        (
            'agenttuning_alfworld', 'clean',
            'Cleans a thing at a place that has water.',
            '{"type": "object", "required": ["item", "appliance"], "properties": {
                "item": {"type": "string", "description": "the thing, such as \"mug 2\""},
                "appliance": {"type": "string", "description": "where to clean it, such as \"sinkbasin 1\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'close',
            'Shuts what stands open.',
            '{"type": "object", "required": ["obj"], "properties": {
                "obj": {"type": "string", "description": "what to shut, such as \"microwave 1\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'cool',
            'Cools a thing in an appliance.',
            '{"type": "object", "required": ["item", "appliance"], "properties": {
                "item": {"type": "string", "description": "the thing, such as \"tomato 1\""},
                "appliance": {"type": "string", "description": "what to cool it in, such as \"fridge 1\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'examine',
            'Looks at one thing or place more closely.',
            '{"type": "object", "required": ["obj"], "properties": {
                "obj": {"type": "string", "description": "what to look at, such as \"shelf 3\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'go',
            'Walks to a place.',
            '{"type": "object", "required": ["location"], "properties": {
                "location": {"type": "string", "description": "the place, such as \"countertop 2\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'heat',
            'Heats a thing in an appliance.',
            '{"type": "object", "required": ["item", "appliance"], "properties": {
                "item": {"type": "string", "description": "the thing, such as \"egg 1\""},
                "appliance": {"type": "string", "description": "what to heat it in, such as \"microwave 1\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'inventory',
            'Tells what the agent carries.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'agenttuning_alfworld', 'look',
            'Tells what is to be seen from where the agent stands.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'agenttuning_alfworld', 'look_at_under',
            'Looks at a thing in the light of a lamp.',
            '{"type": "object", "required": ["item", "reference"], "properties": {
                "item": {"type": "string", "description": "the thing, such as \"book 1\""},
                "reference": {"type": "string", "description": "the lamp, such as \"desklamp 1\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'open',
            'Opens what stands shut.',
            '{"type": "object", "required": ["obj"], "properties": {
                "obj": {"type": "string", "description": "what to open, such as \"cabinet 4\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'put',
            'Puts down a thing that the agent carries.',
            '{"type": "object", "required": ["item", "target"], "properties": {
                "item": {"type": "string", "description": "the thing, such as \"pillow 1\""},
                "target": {"type": "string", "description": "where to put it, such as \"sofa 1\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'report_problem',
            'Says that something cannot be used.',
            '{"type": "object", "required": ["obj"], "properties": {
                "obj": {"type": "string", "description": "what it is about"}
            }}'
        ),
        (
            'agenttuning_alfworld', 'take',
            'Picks up a thing.',
            '{"type": "object", "required": ["item", "source"], "properties": {
                "item": {"type": "string", "description": "the thing, such as \"key 1\""},
                "source": {"type": "string", "description": "where it lies, such as \"drawer 2\""}
            }}'
        ),
        (
            'agenttuning_alfworld', 'use',
            'Switches something on or off.',
            '{"type": "object", "required": ["obj"], "properties": {
                "obj": {"type": "string", "description": "what to switch, such as \"desklamp 1\""}
            }}'
        ),

        -- kg: questions to a knowledge base; a result is a variable, such as #0, that later questions can name
        (
            'agenttuning_kg', 'argmax',
            'Gives those of a variable whose attribute is greatest.',
            '{"type": "object", "required": ["variable", "attribute"], "properties": {
                "variable": {"type": "string", "description": "an entity, such as Kerosene, or a variable, such as #0"},
                "attribute": {"type": "string", "description": "an attribute that get_attributes has listed"}
            }}'
        ),
        (
            'agenttuning_kg', 'argmin',
            'Gives those of a variable whose attribute is smallest.',
            '{"type": "object", "required": ["variable", "attribute"], "properties": {
                "variable": {"type": "string", "description": "an entity, such as Kerosene, or a variable, such as #0"},
                "attribute": {"type": "string", "description": "an attribute that get_attributes has listed"}
            }}'
        ),
        (
            'agenttuning_kg', 'count',
            'Gives how many entities a variable holds.',
            '{"type": "object", "required": ["variable"], "properties": {
                "variable": {"type": "string", "description": "an entity, such as Kerosene, or a variable, such as #0"}
            }}'
        ),
        (
            'agenttuning_kg', 'get_attributes',
            'Lists the attributes by which the entities of a variable can be ranked.',
            '{"type": "object", "required": ["variable"], "properties": {
                "variable": {"type": "string", "description": "an entity, such as Kerosene, or a variable, such as #0"}
            }}'
        ),
        (
            'agenttuning_kg', 'get_neighbors',
            'Gives the entities that a relation leads to.',
            '{"type": "object", "required": ["variable", "relation"], "properties": {
                "variable": {"type": "string", "description": "an entity, such as Kerosene, or a variable, such as #0"},
                "relation": {"type": "string", "description": "a relation that get_relations has listed"}
            }}'
        ),
        (
            'agenttuning_kg', 'get_relations',
            'Lists the relations that lead away from an entity or a variable.',
            '{"type": "object", "required": ["variable"], "properties": {
                "variable": {"type": "string", "description": "an entity, such as Kerosene, or a variable, such as #0"}
            }}'
        ),
        (
            'agenttuning_kg', 'intersection',
            'Gives what two variables of one type have in common.',
            '{"type": "object", "required": ["variable1", "variable2"], "properties": {
                "variable1": {"type": "string", "description": "the one"},
                "variable2": {"type": "string", "description": "the other"}
            }}'
        ),

        -- webshop: a shop that is told in text
        (
            'agenttuning_webshop', 'click',
            'Clicks a button, a link or an option of the page.',
            '{"type": "object", "required": ["element"], "properties": {
                "element": {"type": "string", "description": "what it reads, such as \"Buy Now\" or \"B07XYZ1234\""}
            }}'
        ),
        (
            'agenttuning_webshop', 'search',
            'Searches the shop.',
            '{"type": "object", "required": ["keywords"], "properties": {
                "keywords": {"type": "string", "description": "what to search for"}
            }}'
        ),

        -- android_in_the_wild: a phone, its screen one wide and one high
        (
            'android_in_the_wild', 'end',
            'Says that nothing is left to do.',
            '{"type": "object", "required": ["succeeds"], "properties": {
                "succeeds": {"type": "boolean", "description": "whether the task is done; false where it cannot be"}
            }}'
        ),
        (
            'android_in_the_wild', 'press',
            'Presses a key of the phone.',
            '{"type": "object", "required": ["key_name"], "properties": {
                "key_name": {"type": "string", "enum": ["go_back", "go_home", "enter"], "description": "the key"}
            }}'
        ),
        (
            'android_in_the_wild', 'touch_and_lift',
            'Touches the screen, draws the finger to another place and lifts it there; one place twice is a tap.',
            '{"type": "object", "required": ["x0", "y0", "x1", "y1"], "properties": {
                "x0": {"type": "number", "description": "where it touches, as a share of the width"},
                "y0": {"type": "number", "description": "where it touches, as a share of the height"},
                "x1": {"type": "number", "description": "where it is lifted, as a share of the width"},
                "y1": {"type": "number", "description": "where it is lifted, as a share of the height"}
            }}'
        ),
        (
            'android_in_the_wild', 'type',
            'Types a text into what has the focus.',
            '{"type": "object", "required": ["text"], "properties": {
                "text": {"type": "string", "description": "the text"}
            }}'
        ),
        -- androidcontrol: a phone, its screen in pixels
        (
            'androidcontrol', 'back',
            'Goes back to the screen before.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'androidcontrol', 'click',
            'Taps on a place.',
            '{"type": "object", "required": ["x", "y"], "properties": {
                "x": {"type": "integer", "description": "pixels from the left"},
                "y": {"type": "integer", "description": "pixels from above"}
            }}'
        ),
        (
            'androidcontrol', 'input_text',
            'Types a text into what has the focus.',
            '{"type": "object", "required": ["text"], "properties": {
                "text": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            'androidcontrol', 'long_press',
            'Touches a place and holds it.',
            '{"type": "object", "required": ["x", "y"], "properties": {
                "x": {"type": "integer", "description": "pixels from the left"},
                "y": {"type": "integer", "description": "pixels from above"}
            }}'
        ),
        (
            'androidcontrol', 'navigate_home',
            'Goes to the home screen.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'androidcontrol', 'open_app',
            'Opens an app.',
            '{"type": "object", "required": ["app_name"], "properties": {
                "app_name": {"type": "string", "description": "its name"}
            }}'
        ),
        (
            'androidcontrol', 'scroll',
            'Scrolls what is shown.',
            '{"type": "object", "required": ["direction"], "properties": {
                "direction": {"type": "string", "description": "up, down, left or right"}
            }}'
        ),
        (
            'androidcontrol', 'type',
            'Taps on a place, types a text there and presses Enter.',
            '{"type": "object", "required": ["x", "y", "text"], "properties": {
                "x": {"type": "integer", "description": "pixels from the left"},
                "y": {"type": "integer", "description": "pixels from above"},
                "text": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            'androidcontrol', 'wait',
            'Waits a moment.',
            '{"type": "object", "properties": {}}'
        ),
        -- llava_plus: other models that the agent calls
        (
            'llava_plus', 'inpainting',
            'Paints over the masked part of the picture as it is told.',
            '{"type": "object", "required": ["prompt"], "properties": {
                "prompt": {"type": "string", "description": "what the picture is to show"}
            }}'
        ),
        (
            'llava_plus', 'sam',
            'Finds the outlines of what is in some boxes of the picture.',
            '{"type": "object", "required": ["boxes"], "properties": {
                "boxes": {
                    "type": "array", "items": {"type": "array"},
                    "description": "for each box left, top, right and bottom, as shares of the width and the height"
                }
            }}'
        ),
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

        -- nebius: SWE-agent's editor that shows a window of a file
        (
            'nebius_SWE-agent-trajectories', 'create',
            'Makes an empty file and opens it.',
            '{"type": "object", "required": ["filename"], "properties": {
                "filename": {"type": "string", "description": "its name"}
            }}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'edit',
            'Puts a text in place of lines of the open file. Python must keep its indentation and its syntax.',
            '{"type": "object", "required": ["start_line", "end_line", "replacement_text"], "properties": {
                "start_line": {"type": "integer", "description": "first line to replace"},
                "end_line": {"type": "integer", "description": "last line to replace"},
                "replacement_text": {"type": "string", "description": "the lines that take their place"}
            }}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'find_file',
            'Lists the files of a name.',
            '{"type": "object", "required": ["file_name"], "properties": {
                "file_name": {"type": "string", "description": "the name, or a pattern for it"},
                "dir": {"type": "string", "description": "folder to look in; the current one where it is left out"}
            }}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'goto',
            'Moves the window to a line of the open file.',
            '{"type": "object", "required": ["line_number"], "properties": {
                "line_number": {"type": "integer", "description": "the line"}
            }}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'open',
            'Opens a file and shows a window of it.',
            '{"type": "object", "required": ["path"], "properties": {
                "path": {"type": "string", "description": "path of the file"},
                "line_number": {"type": "integer", "description": "line to show; the beginning where it is left out"}
            }}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'scroll_down',
            'Moves the window down.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'scroll_up',
            'Moves the window up.',
            '{"type": "object", "properties": {}}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'search_dir',
            'Lists the files of a folder that hold a text.',
            '{"type": "object", "required": ["search_term"], "properties": {
                "search_term": {"type": "string", "description": "the text"},
                "dir": {"type": "string", "description": "folder to look in; the current one where it is left out"}
            }}'
        ),
        (
            'nebius_SWE-agent-trajectories', 'search_file',
            'Lists the lines of a file that hold a text.',
            '{"type": "object", "required": ["search_term"], "properties": {
                "search_term": {"type": "string", "description": "the text"},
                "file": {"type": "string", "description": "file to look in; the open one where it is left out"}
            }}'
        ),

        -- openhands: what its agents asked of each other and of its tools, beside shell, Python and browser
        (
            'openhands', 'add_task',
            'Puts a task into the plan.',
            '{"type": "object", "required": ["goal"], "additionalProperties": true, "properties": {
                "goal": {"type": "string", "description": "what is to be reached"}
            }}'
        ),
        (
            'openhands', 'clear',
            'Empties a field.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            'openhands', 'crawl',
            'Reads a web page and the text of what it links to.',
            '{"type": "object", "required": ["link"], "additionalProperties": true, "properties": {
                "link": {"type": "string", "description": "address of the page"}
            }}'
        ),
        (
            'openhands', 'dblclick',
            'Clicks an element twice.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            'openhands', 'delegate_to_CrawlAgent',
            'Has the agent that reads web pages do a part of the work.',
            '{"type": "object", "required": ["task", "link"], "additionalProperties": true, "properties": {
                "task": {"type": "string", "description": "what it is to do"},
                "link": {"type": "string", "description": "address of the page to read"}
            }}'
        ),
        (
            'openhands', 'delegate_to_RagAgent',
            'Has the agent that searches documents do a part of the work.',
            '{"type": "object", "required": ["task", "query"], "additionalProperties": true, "properties": {
                "task": {"type": "string", "description": "what it is to do"},
                "query": {"type": "string", "description": "what it is to look for"}
            }}'
        ),
        (
            'openhands', 'delegate_to_agent',
            'Has another agent do a part of the work.',
            '{"type": "object", "required": ["agent", "task"], "properties": {
                "agent": {"type": "string", "description": "name of the agent, such as BrowsingAgent"},
                "task": {"type": "string", "description": "what it is to do"}
            }}'
        ),
        (
            'openhands', 'drag_and_drop',
            'Drags one element onto another.',
            '{"type": "object", "required": ["from_bid", "to_bid"], "properties": {
                "from_bid": {"type": "string", "description": "id of what is dragged"},
                "to_bid": {"type": "string", "description": "id of where it is dropped"}
            }}'
        ),
        (
            'openhands', 'edit',
            'Puts a text in place of lines of a file.',
            '{"type": "object", "required": ["path"], "additionalProperties": true, "properties": {
                "path": {"type": "string", "description": "path of the file"},
                "content": {"type": "string", "description": "the text"},
                "start": {"type": "integer", "description": "first line to replace"},
                "end": {"type": "integer", "description": "last line to replace, -1 for the end"}
            }}'
        ),
        (
            'openhands', 'focus',
            'Gives an element the focus.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            'openhands', 'modify_task',
            'Changes the state of a task of the plan.',
            '{"type": "object", "required": ["task_id", "state"], "additionalProperties": true, "properties": {
                "task_id": {"type": "string", "description": "id of the task"},
                "state": {"type": "string", "description": "its new state"}
            }}'
        ),
        (
            'openhands', 'press',
            'Presses keys while an element has the focus.',
            '{"type": "object", "required": ["bid", "key_comb"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "key_comb": {"type": "string", "description": "names of keys joined by +"}
            }}'
        ),
        (
            'openhands', 'rag_search',
            'Searches the documents that were read.',
            '{"type": "object", "required": ["query"], "additionalProperties": true, "properties": {
                "query": {"type": "string", "description": "what to look for"}
            }}'
        ),
        (
            'openhands', 'read',
            'Reads a file, or lines of it.',
            '{"type": "object", "required": ["path"], "additionalProperties": true, "properties": {
                "path": {"type": "string", "description": "path of the file"},
                "start": {"type": "integer", "description": "first line"},
                "end": {"type": "integer", "description": "last line, -1 for the end"}
            }}'
        ),
        (
            'openhands', 'save_plan',
            'Keeps a plan.',
            '{"type": "object", "required": ["plan"], "additionalProperties": true, "properties": {
                "plan": {"type": "array", "description": "its tasks"}
            }}'
        ),
        (
            'openhands', 'select_option',
            'Chooses among the options of an element, one or several.',
            '{"type": "object", "required": ["bid", "options"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "options": {"description": "the option, or a list of them"}
            }}'
        ),
        (
            'openhands', 'send_msg_to_user',
            'Tells the user something.',
            '{"type": "object", "required": ["text"], "properties": {
                "text": {"type": "string", "description": "what to tell"}
            }}'
        ),
        (
            'openhands', 'task_plan',
            'Plans a task.',
            '{"type": "object", "required": ["task", "plan"], "additionalProperties": true, "properties": {
                "task": {"type": "string", "description": "the task"},
                "plan": {"description": "how it is to be done, as a text or as subtasks"}
            }}'
        ),
        (
            'openhands', 'upload_file',
            'Gives a file, or a list of files, to an upload field.',
            '{"type": "object", "required": ["bid", "file"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "file": {"description": "path of the file, or a list of paths"}
            }}'
        ),
        (
            'openhands', 'write',
            'Writes a text into a file.',
            '{"type": "object", "required": ["path", "content"], "additionalProperties": true, "properties": {
                "path": {"type": "string", "description": "path of the file"},
                "content": {"type": "string", "description": "the text"}
            }}'
        ),

        -- swe-play: what OpenHands has beside shell, Python and editor
        (
            'swe-play-trajectories', 'finish',
            'Ends the work on the task with a last word.',
            '{"type": "object", "required": ["message"], "properties": {
                "message": {"type": "string", "description": "what was done"},
                "task_completed": {"type": "string", "default": "true", "description": "true or false"}
            }}'
        ),
        (
            'swe-play-trajectories', 'think',
            'Notes a thought; nothing is run and nothing changes.',
            '{"type": "object", "required": ["thought"], "properties": {
                "thought": {"type": "string", "description": "the thought"}
            }}'
        )
),

-- what agents that program have beside a shell, in several datasets; swe-gym's where a trajectory lists no tools
programming (datasets, name, description, parameters) as (
    values
        (
            ['mini-coder', 'swe-gym_openhands_sampled_trajectories', 'swe-play-trajectories', 'swe-smith'],
            'str_replace_editor',
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
            ['mini-coder', 'nebius_SWE-agent-trajectories', 'swe-smith'], 'submit',
            'Hands in the changes and ends the work on the task.',
            '{"type": "object", "properties": {}}'
        )
),

-- browser actions on elements of an accessibility tree, which several datasets have
browsing (datasets, name, description, parameters) as (
    values
        (
            ['weblinx'], 'copy',
            'Copies the text that is marked.',
            '{"type": "object", "required": ["text"], "properties": {
                "text": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            ['weblinx'], 'paste',
            'Puts a text that was copied into an element.',
            '{"type": "object", "required": ["value"], "properties": {
                "bid": {"type": "string", "description": "id of the element; without it, whatever has the focus"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            ['weblinx'], 'select',
            'Selects an entry of a list.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the list"},
                "value": {"type": "string", "description": "value of the entry"}
            }}'
        ),
        (
            ['weblinx'], 'submit',
            'Sends a form off.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the form"}
            }}'
        ),
        (
            ['weblinx'], 'type',
            'Types a text into an element.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            ['wonderbread'], 'type',
            'Types a text.',
            '{"type": "object", "required": ["value"], "properties": {
                "bid": {"type": "string", "description": "id of the element that has the focus"},
                "value": {"type": "string", "description": "the text; a line break presses Enter"}
            }}'
        ),
        (
            ['go-browse-wa'], 'clear',
            'Empties a field.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            ['synatra', 'webarena_successful', 'weblinx', 'wonderbread'], 'click',
            'Clicks an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            ['synatra'], 'close_tab',
            'Closes the tab.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['go-browse-wa'], 'dblclick',
            'Clicks an element twice.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "button": {"type": "string", "description": "left, middle or right"},
                "modifiers": {"type": "array", "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            ['go-browse-wa'], 'drag_and_drop',
            'Drags an element and drops it on another.',
            '{"type": "object", "required": ["from_bid", "to_bid"], "properties": {
                "from_bid": {"type": "string", "description": "id of the element to drag"},
                "to_bid": {"type": "string", "description": "id of the element to drop it on"}
            }}'
        ),
        (
            ['go-browse-wa'], 'focus',
            'Puts the focus on an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            ['synatra', 'webarena_successful'], 'new_tab',
            'Opens a tab and turns to it.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "the address to open in it, if any"}
            }}'
        ),
        (
            ['go-browse-wa'], 'press',
            'Puts the focus on an element and presses a key or several at once.',
            '{"type": "object", "required": ["bid", "key_comb"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "key_comb": {"type": "string", "description": "names of keys joined by +, such as Enter or Control+a"}
            }}'
        ),
        (
            ['synatra', 'webarena_successful'], 'press',
            'Presses a key or several at once, wherever the focus is.',
            '{"type": "object", "required": ["key_comb"], "properties": {
                "key_comb": {"type": "string", "description": "names of keys joined by +, such as Enter or Control+a"}
            }}'
        ),
        (
            ['webarena_successful', 'weblinx', 'wonderbread'], 'scroll',
            'Scrolls the page.',
            '{"type": "object", "required": ["dx", "dy"], "properties": {
                "dx": {"type": "number", "description": "pixels to the right"},
                "dy": {"type": "number", "description": "pixels down"}
            }}'
        ),
        (
            ['go-browse-wa'], 'select_option',
            'Selects one or several entries of a list.',
            '{"type": "object", "required": ["bid", "options"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "options": {"type": ["string", "array"], "description": "texts or values of the entries"}
            }}'
        ),
        (
            ['synatra', 'webarena_successful'], 'stop',
            'Ends the work on the task.',
            '{"type": "object", "properties": {
                "answer": {"type": "string", "description": "what was asked for, if anything was"}
            }}'
        ),
        (
            ['synatra', 'webarena_successful'], 'tab_focus',
            'Turns to another tab.',
            '{"type": "object", "required": ["page_number"], "properties": {
                "page_number": {"type": "integer", "description": "number of the tab, from 0"}
            }}'
        ),
        (
            ['synatra', 'webarena_successful'], 'type',
            'Types a text into an element.',
            '{"type": "object", "required": ["bid", "text"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "text": {"type": "string", "description": "the text; a line break at its end presses Enter"}
            }}'
        ),
        (
            ['go-browse-wa'], 'upload_file',
            'Gives a file, or several, to a field for files.',
            '{"type": "object", "required": ["bid", "file"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "file": {"type": ["string", "array"], "description": "paths of the files"}
            }}'
        ),
        (
            ['mind2web', 'turkingbench'], 'click',
            'Clicks an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            ['mind2web', 'turkingbench'], 'goto',
            'Opens an address.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "the address"}
            }}'
        ),
        (
            ['turkingbench'], 'modify_range',
            'Moves a slider to a value.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the slider"},
                "value": {"type": "string", "description": "the value to move it to"}
            }}'
        ),
        (
            ['mind2web', 'turkingbench'], 'select',
            'Chooses an option of a list.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the list"},
                "value": {"type": "string", "description": "the option"}
            }}'
        ),
        (
            ['mind2web', 'turkingbench'], 'type',
            'Types a text into a field.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the field"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            ['go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands'], 'click',
            'Clicks an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "button": {"type": "string", "default": "left", "description": "left, middle or right"},
                "modifiers": {"type": "array", "description": "keys to hold, such as Shift"}
            }}'
        ),
        (
            ['go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands'], 'fill',
            'Puts a text into a field, in place of what it held.',
            '{"type": "object", "required": ["bid", "value"], "properties": {
                "bid": {"type": "string", "description": "id of the element"},
                "value": {"type": "string", "description": "the text"}
            }}'
        ),
        (
            ['go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands', 'synatra', 'webarena_successful'], 'go_back',
            'Goes one page back.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands', 'synatra', 'webarena_successful'], 'go_forward',
            'Goes one page forward.',
            '{"type": "object", "properties": {}}'
        ),
        (
            [
                'go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands', 'synatra', 'webarena_successful', 'weblinx'
            ], 'goto',
            'Opens an address.',
            '{"type": "object", "required": ["url"], "properties": {
                "url": {"type": "string", "description": "the address"}
            }}'
        ),
        (
            [
                'go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands', 'synatra', 'webarena_successful', 'weblinx'
            ], 'hover',
            'Moves the pointer over an element.',
            '{"type": "object", "required": ["bid"], "properties": {
                "bid": {"type": "string", "description": "id of the element"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa', 'wonderbread'], 'keyboard_press',
            'Presses a key or several at once, wherever the focus is.',
            '{"type": "object", "required": ["key"], "properties": {
                "key": {"type": "string", "description": "names of keys joined by +, such as Enter or Control+a"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa', 'weblinx'], 'new_tab',
            'Opens an empty tab and turns to it.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands'], 'noop',
            'Waits.',
            '{"type": "object", "properties": {
                "wait_ms": {"type": "number", "default": 1000, "description": "milliseconds"}
            }}'
        ),
        (
            ['go-browse-wa', 'nnetnav-live', 'nnetnav-wa', 'openhands', 'synatra'], 'scroll',
            'Scrolls the page.',
            '{"type": "object", "required": ["delta_x", "delta_y"], "properties": {
                "delta_x": {"type": "number", "description": "pixels to the right"},
                "delta_y": {"type": "number", "description": "pixels down"}
            }}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa', 'webarena_successful', 'weblinx'], 'tab_close',
            'Closes the tab.',
            '{"type": "object", "properties": {}}'
        ),
        (
            ['nnetnav-live', 'nnetnav-wa', 'weblinx'], 'tab_focus',
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
    union all by name
    from programming
    select unnest(datasets) as dataset, name, description, parameters
)

from every_tool
select dataset, name, description, json(parameters) as parameters
;
