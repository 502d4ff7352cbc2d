-- Every scalar macro. They read no table, so they run before any model and persist in adp.db.
-- tests/macros.sql holds an example of each: title, expression, expected.

-- ------------------------------------------------------------------------------------------------ ids and hashes

-- Id of a trajectory: a source id that comes again is told apart by its occurrence, and one that looks like such an id
-- has its occurrence from the first: a source may have `a#2` and twice `a`.
create or replace macro make_trajectory_id(dataset, source_id, occurrence) as
    dataset || '/' || source_id
    || case when occurrence > 1 or regexp_matches(source_id, '#[0-9]+$') then '#' || occurrence else '' end
;

-- Task of a trajectory whose source names none: the first user text, case and white space folded. (Blanks that stand
-- alone are passed over: to replace each of them too takes three times as long.)
create or replace macro task_hash(task) as
    md5(
        regexp_replace(
            lower(regexp_replace(regexp_replace(task, '\s+$', ''), '^\s+', '')), '\s\s+|[\t\n\f\r]', ' ', 'g'
        )
    )
;

-- On which side of a training set a task is, all its trajectories with it: a tenth of all tasks is held out to judge a
-- trained model with (`eval`, the tenth that is every other target's test side), a tenth of the rest is the test side.
create or replace macro held_out_split(task_id) as
    case
        when md5(task_id) < '1999999a' then 'eval'
        when md5(task_id) < '30a3d70b' then 'test'
        when task_id is not null then 'train'
    end
;

-- -------------------------------------------------------------------------------------------------------- lists

-- Texts as one, with a separator between them; of nothing it is an empty text. DuckDB's own array_to_string is a macro
-- that names its list twice: lists within lists are planned four, eight, sixteen times, and what stands in a lambda is
-- worked out twice.
create or replace macro joined(texts, separator) as
    coalesce(list_aggregate(texts, 'string_agg', separator), '')
;

-- ------------------------------------------------------------------------------------------------- tool schemas

-- One OpenAI-style tool as JSON text. `parameters` is the JSON schema of its arguments, as text or JSON.
create or replace macro tool_schema(name, description, parameters) as
    concat(
        '{"type":"function","function":{"name":', to_json(name),
        ',"description":', to_json(description),
        ',"parameters":', coalesce(parameters::varchar, '{"type":"object","properties":{}}'),
        '}}'
    )
;

-- The canonical JSON of a source's list of tools: compact, sorted by name, so that equal sets have one md5.
create or replace macro canonical_tools(tools) as
    cast(
        '['
        || array_to_string(
            list_transform(
                list_sort(
                    list_transform(
                        from_json(tools, '["JSON"]'),
                        lambda t: {'name': t ->> '$.function.name', 'tool': cast(t as varchar)}
                    )
                ),
                lambda t: t.tool
            ),
            ','
        )
        || ']' as json
    )
;

-- --------------------------------------------------------------------------------------------- rendering: Python

-- Whether a text can stand as a name in Python code. Names outside ASCII count as none: they are quoted instead.
create or replace macro is_python_name(name) as
    regexp_full_match(name, '[A-Za-z_][A-Za-z0-9_]*')
    and not list_contains(
        [
            'False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def',
            'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda',
            'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield'
        ],
        name
    )
;

-- The nearest name in Python: what is no letter or digit becomes `_`, and a digit or keyword gets one to lean on.
create or replace macro python_name(name) as
    case
        when is_python_name(name) then name
        when regexp_matches(name, '^[A-Za-z_]') and regexp_full_match(name, '[A-Za-z0-9_]+') then name || '_'
        when regexp_matches(name, '^[A-Za-z_]') then regexp_replace(name, '[^A-Za-z0-9_]', '_', 'g')
        else '_' || regexp_replace(name, '[^A-Za-z0-9_]', '_', 'g')
    end
;

-- A text as a Python string literal. JSON's escapes are Python's too, as long as DuckDB writes them: it leaves
-- characters outside ASCII as they are (a pair of surrogates would be two characters) and does not escape slashes.
create or replace macro python_string(value) as
    cast(to_json(cast(value as varchar)) as varchar)
;

-- JSON with a blank behind `,` and `:`, and with other words for true, false and null. Serialised JSON holds no raw
-- control characters, so two of them stand in for the escapes while the text is cut at its quotes: every other piece
-- lies outside of strings.
create or replace macro respaced_json(value, true_word, false_word, null_word) as
    replace(
        replace(
            -- there is always a piece, and null stays null
            list_aggregate(
                list_transform(
                    string_split(
                        replace(replace(cast(json(value) as varchar), '\\', chr(1)), '\"', chr(2)), '"'
                    ),
                    lambda piece, position: case
                        when position % 2 = 0 then piece
                        else replace(
                            replace(
                                replace(
                                    replace(replace(piece, ',', ', '), ':', ': '), 'true', true_word
                                ), 'false', false_word
                            ), 'null', null_word
                        )
                    end
                ),
                'string_agg', '"'
            ), chr(2), '\"'
        ), chr(1), '\\'
    )
;

-- A JSON value as a Python literal.
create or replace macro python_literal(value) as
    respaced_json(value, 'True', 'False', 'None')
;

-- A Python literal whose text, if it is one, stands between these quotes.
create or replace macro in_quotes(literal, quote) as
    case
        when quote = '''' and starts_with(literal, '"') then concat(
            '''',
            replace(
                replace(
                    replace(
                        replace(substr(literal, 2, length(literal) - 2), '\\', chr(1)), '\"', '"'
                    ), '''', '\'''
                ), chr(1), '\\'
            ),
            ''''
        )
        else literal
    end
;

-- A call as Python code: arguments (a JSON object) by keyword, in their order, texts between these quotes. A key that
-- is no name of Python's goes as `**{"key": value}`.
create or replace macro call_in_quotes(function, arguments, quote) as
    python_name(function)
    || '('
    || joined(
        list_transform(
            map_entries(cast(cast(arguments as json) as map(varchar, json))),
            lambda argument: case
                when is_python_name(argument.key)
                    then argument.key || '=' || coalesce(in_quotes(python_literal(argument.value), quote), 'None')
                else
                    '**{' || python_string(argument.key) || ': '
                    || coalesce(python_literal(argument.value), 'None') || '}'
            end
        ),
        ', '
    )
    || ')'
;

-- ------------------------------------------------------------------------------------- rendering: tool signatures

-- How Python annotates what a JSON schema calls its type; null where it names none, or several.
create or replace macro python_type(schema) as
    case schema ->> '$.type'
        when 'string' then 'str'
        when 'integer' then 'int'
        when 'number' then 'float'
        when 'boolean' then 'bool'
        when 'array' then 'list'
        when 'object' then 'dict'
    end
;

-- The parameters of a tool as a list of structs, in the schema's order, those that must be given first.
create or replace macro tool_parameters(parameters) as
    list_transform(
        [true, false],
        lambda needed: list_filter(
            list_transform(
                map_entries(
                    cast(
                        case json_type(parameters, '$.properties')
                            when 'OBJECT' then json_extract(parameters, '$.properties')
                            else '{}'
                        end as map(varchar, json)
                    )
                ),
                lambda property: {
                    'name': property.key,
                    'schema': property.value,
                    'needed': list_contains(
                        coalesce(from_json(json_extract(parameters, '$.required'), '["VARCHAR"]'), []), property.key
                    )
                }
            ),
            lambda parameter: parameter.needed = needed
        )
    )
;

-- A tool's signature as Python would write it, such as `search(query: str, limit: int = 10)`.
create or replace macro tool_signature(name, parameters) as
    python_name(name)
    || '('
    || joined(
        list_transform(
            flatten(tool_parameters(parameters)),
            lambda parameter: concat(
                python_name(parameter.name),
                ': ' || python_type(parameter.schema),
                case
                    when parameter.needed then null
                    when json_exists(parameter.schema, '$.default')
                        then ' = ' || python_literal(json_extract(parameter.schema, '$.default'))
                    else ' = None'
                end
            )
        ),
        ', '
    )
    || ')'
;

-- Whether a value can be passed to a parameter: `shape` is its json_structure, `schema` the parameter's JSON schema.
-- Only simple types are compared; null passes where nothing must be given.
create or replace macro shape_fits(schema, shape, needed) as
    case
        when schema is null or not json_exists(schema, '$.type') then true
        when cast(shape as varchar) = '"NULL"' and not needed then true
        else list_has_any(
            case json_type(schema, '$.type')
                when 'ARRAY' then from_json(json_extract(schema, '$.type'), '["VARCHAR"]')
                else [schema ->> '$.type']
            end,
            case
                when starts_with(cast(shape as varchar), '[') then ['array']
                when starts_with(cast(shape as varchar), '{') then ['object']
                else
                    case cast(shape as varchar)
                        when '"JSON"' then ['object']
                        when '"VARCHAR"' then ['string']
                        when '"BOOLEAN"' then ['boolean']
                        when '"NULL"' then ['null']
                        when '"DOUBLE"' then ['number']
                        else ['integer', 'number']
                    end
            end
        )
    end
;

-- Every line but empty ones moved to the right by four blanks.
create or replace macro indented(value) as
    regexp_replace(value, '(?m)^(.+)$', '    \1', 'g')
;

-- A tool as a Python reader meets it: its tool_signature, then what it does and what its parameters mean.
create or replace macro tool_documentation(signature, description, parameters) as
    concat_ws(
        chr(10),
        signature,
        indented(trim(description)),
        list_aggregate(
            list_transform(
                list_filter(
                    flatten(tool_parameters(parameters)),
                    lambda parameter: json_exists(parameter.schema, '$.description')
                ),
                lambda parameter: indented(
                    '- ' || python_name(parameter.name) || ': ' || (parameter.schema ->> '$.description')
                )
            ),
            'string_agg', chr(10)
        )
    )
;

-- ---------------------------------------------------------------------------------- rendering: what an agent writes

-- One parameter of a call in tags.
create or replace macro parameter_block(name, value) as
    concat('<parameter=', name, '>', chr(10), value, chr(10), '</parameter>', chr(10))
;

-- The arguments of a call (a JSON object), each in its own tags: texts as they are, other values as JSON, null left
-- out. Casting to a map of texts reads the object once, but writes lists without blanks; objects that hold a list or
-- another object take the slower way.
create or replace macro parameter_blocks(arguments) as
    case
        when regexp_matches(cast(arguments as varchar), '":\s*[\[{]') then
            joined(
                list_transform(
                    map_entries(cast(cast(arguments as json) as map(varchar, json))),
                    lambda argument: case
                        when argument.value is null then ''
                        when json_type(argument.value) = 'VARCHAR'
                            then parameter_block(argument.key, argument.value ->> '$')
                        else parameter_block(argument.key, respaced_json(argument.value, 'true', 'false', 'null'))
                    end
                ),
                ''
            )
        else
            joined(
                list_transform(
                    map_entries(cast(cast(arguments as json) as map(varchar, varchar))),
                    lambda argument: case
                        when argument.value is null then ''
                        else parameter_block(argument.key, argument.value)
                    end
                ),
                ''
            )
    end
;

-- A call of a tool in tags; `blocks` are its parameter blocks.
create or replace macro tool_call_block(name, blocks) as
    concat('<function=', name, '>', chr(10), blocks, '</function>')
;

-- A text as one word of bash, in ANSI-C quotes; lines stay lines.
create or replace macro bash_word(value) as
    '$''' || replace(replace(value, '\', '\\'), '''', '\''') || ''''
;

-- Whether a text says nothing.
create or replace macro is_blank(value) as
    coalesce(not regexp_matches(value, '\S'), true)
;

-- A text as one word of any POSIX shell, in single quotes; lines stay lines.
create or replace macro shell_word(value) as
    concat('''', replace(value, '''', '''"''"'''), '''')
;

-- Whether Python code does the same as a program as it does in a session: nothing that only IPython reads, nothing read
-- from the keyboard, and a last statement whose value a session would not print. What cannot be told does not count.
create or replace macro is_script(code) as
    not regexp_matches(code, '(?m)^\s*[%!?]|\?\s*$|\binput\s*\(|\bstdin\b|\bget_ipython\b|\bawait\b|\b__file__\b')
    and list_transform(
        [list_filter(string_split(code, chr(10)), lambda line: regexp_matches(line, '^[^\s#)\]}]'))],
        lambda lines: regexp_matches(
            coalesce(lines[-1], ''),
            '^(print\(|@|[A-Za-z_][\w.,\[\]''" ]*([-+*/%]|//|\*\*)?=[^=]'
            || '|(import|from|def|class|for|while|if|elif|else|with|try|except|finally|assert|del|raise|pass)\b)'
        )
    )[1]
;

-- The command with which mini-swe-agent ends its work.
create or replace macro hand_in_command() as
    'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT'
;

-- A call or code of an agent as one command of a POSIX shell; null where it is none. `submit` and `finish` hand the
-- work in. Of Python code, whether it may stand alone is for is_script to say.
create or replace macro shell_command(function, arguments, language, content) as
    case
        when language = 'bash' then content
        when language = 'python' then 'python3 -c ' || shell_word(content)
        when function in ('submit', 'finish') then hand_in_command()
        when function in ('bash', 'execute_bash') and json_keys(arguments) = ['command'] then arguments ->> '$.command'
    end
;

-- Whether a command changes nothing but the shell that runs it: a new one would not know.
create or replace macro only_changes_shell(command) as
    regexp_full_match(
        command, '\s*(cd|pushd|popd|export|alias|unset|set|source|\.|shopt|conda\s+activate)(\s[^\n&|;<>]*)?;?\s*'
    )
;

-- A command in the block in which mini-swe-agent looks for it.
create or replace macro command_block(command) as
    concat('```mswea_bash_command', chr(10), command, chr(10), '```')
;

-- What mini-swe-agent is shown of a command: the return code where it is known, and what was printed.
create or replace macro command_output(output, returncode) as
    concat(
        '<returncode>' || returncode || '</returncode>' || chr(10),
        '<output>', chr(10), output, case when ends_with(output, chr(10)) or output = '' then '' else chr(10) end,
        '</output>'
    )
;

-- A text without the blanks at its end; null where nothing is left.
create or replace macro without_trailing_blanks(value) as
    nullif(regexp_replace(value, '\s+$', ''), '')
;

-- ------------------------------------------------------------------------------------------------ rendering: turns

-- One of several texts, the same on every machine and with every version: chosen by the md5 of `seed`.
create or replace macro pick(texts, seed) as
    texts[1 + cast(md5_number_lower(seed) % len(texts) as bigint)]
;

-- A page as the browser tool shows it.
create or replace macro page_text(url, bid, axtree) as
    concat(
        '[Current URL: ', coalesce(url, 'None'), ']', chr(10),
        '[Focused element bid: ', coalesce('"' || bid || '"', 'None'), ']', chr(10),
        chr(10),
        '[Action executed successfully.]', chr(10),
        '============== BEGIN accessibility tree ==============', chr(10),
        axtree, chr(10),
        '============== END accessibility tree ==============', chr(10)
    )
;

-- The last `depth` segments of a path: what a record's path and that of the file in a dump have in common.
create or replace macro path_tail(path, depth) as
    array_to_string(
        list_filter(string_split(replace(path, '\', '/'), '/'), lambda segment: segment <> '')[-depth:], '/'
    )
;

-- A path as it can travel: one that begins at the root of somebody's machine keeps its last `depth` segments.
create or replace macro portable_path(path, depth) as
    regexp_replace(
        case
            when regexp_matches(path, '^([/\\~]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)') then path_tail(path, depth)
            else path
        end,
        '[\r\n]+', ' ', 'g'
    )
;

-- The one image that a step shows, with what is known of it where the dump has its bytes.
create or replace macro image_list(path, file) as
    [
        {
            'sha256': file.sha256,
            'path': path,
            'media_type': file.media_type,
            'width': file.width,
            'height': file.height
        }
    ]
;

-- Where an image is for whoever trains: below the folder of landed data, by its hash, where its bytes have been landed;
-- else the path that the source gives it.
create or replace macro image_place(image) as
    case
        when image.sha256 is null then image.path
        else concat(
            'images/', substr(image.sha256, 1, 2), '/', image.sha256,
            case image.media_type
                when 'image/png' then '.png'
                when 'image/jpeg' then '.jpg'
                when 'image/gif' then '.gif'
                when 'image/webp' then '.webp'
                else lower(regexp_extract(image.path, '\.[A-Za-z0-9]+$'))
            end
        )
    end
;

-- A task of OmniACT and the script that does it, with the heading between them, which is written in several ways;
-- empty texts where it is not so.
create or replace macro scripted_task(value) as
    regexp_extract(
        value,
        '(?is)^\s*Task\s*:\s*(.*?)\s*\n\s*(Output(?:\s*Script)?|Script)\s*(?::|\n)\s*(.*?)\s*$',
        ['said', 'heading', 'script']
    )
;

-- What a person did on a phone, as AndroidControl's actions name it: null for what is none of them.
create or replace macro touch_function(act) as
    case
        when json_type(act) <> 'OBJECT' then null
        when (act ->> '$.action_type') = 'navigate_back' then 'back'
        when (act ->> '$.action_type') in (
            'click', 'long_press', 'scroll', 'open_app', 'type', 'input_text', 'navigate_home', 'wait'
        ) then act ->> '$.action_type'
    end
;

-- The same as Android in the Wild names it: words, or the numbers that stand for them. Null for what is neither.
create or replace macro gesture_kind(value) as
    case regexp_replace(lower(trim(value)), '[ _-]+', '_', 'g')
        when '3' then 'type'
        when 'type' then 'type'
        when '4' then 'gesture'
        when 'dual_point_gesture' then 'gesture'
        when 'dual_point' then 'gesture'
        when '5' then 'go_back'
        when 'go_back' then 'go_back'
        when 'press_back' then 'go_back'
        when '6' then 'go_home'
        when 'go_home' then 'go_home'
        when 'press_home' then 'go_home'
        when '7' then 'enter'
        when 'enter' then 'enter'
        when 'press_enter' then 'enter'
        when '10' then 'task_complete'
        when 'task_complete' then 'task_complete'
        when 'status_task_complete' then 'task_complete'
        when '11' then 'task_impossible'
        when 'task_impossible' then 'task_impossible'
        when 'status_task_impossible' then 'task_impossible'
    end
;

-- The function that such a kind is a call of.
create or replace macro gesture_function(kind) as
    case
        when kind = 'gesture' then 'touch_and_lift'
        when kind = 'type' then 'type'
        when kind in ('go_back', 'go_home', 'enter') then 'press'
        when kind in ('task_complete', 'task_impossible') then 'end'
    end
;

-- One of the two numbers of a place, as it stands; [-1, -1] is none.
create or replace macro place_part(place, path) as
    case
        when json_array_length(place) = 2 and json_type(place, path) in ('DOUBLE', 'BIGINT', 'UBIGINT')
            and (try_cast(place ->> '$[0]' as double) <> -1 or try_cast(place ->> '$[1]' as double) <> -1)
            then place ->> path
    end
;

-- Its arguments. Places are [y, x]; null where they are not two numbers each.
create or replace macro gesture_arguments(kind, typed, touched, lifted) as
    cast(
        case
            when kind = 'gesture' then
                '{"x0":' || place_part(touched, '$[1]') || ',"y0":' || place_part(touched, '$[0]')
                || ',"x1":' || place_part(lifted, '$[1]') || ',"y1":' || place_part(lifted, '$[0]') || '}'
            when kind = 'type' then '{"text":' || to_json(coalesce(typed, '')) || '}'
            when kind in ('go_back', 'go_home', 'enter') then '{"key_name":' || to_json(kind) || '}'
            when kind = 'task_complete' then '{"succeeds":true}'
            when kind = 'task_impossible' then '{"succeeds":false}'
        end as json
    )
;

-- The file that a screen of Android in the Wild is in: where it lay at first is nobody's business, nor is its ending.
create or replace macro gesture_image(encoded) as
    path_tail(portable_path(encoded, 1), 1)
    || case when regexp_matches(lower(encoded), '\.(png|jpe?g|gif|webp)$') then '' else '.png' end
;

-- Images as text: each by its path, and what is known to be on them. Elements without a text are left out. An image
-- that stands in its place whole, as a `data:` address, is called by its hash: nobody reads its bytes as text.
create or replace macro images_text(images, annotations) as
    concat(
        joined(
            list_transform(
                images,
                lambda image: '[Image: '
                    || case when starts_with(image.path, 'data:') then 'inline/' || md5(image.path) else image.path end
                    || ']'
            ),
            chr(10)
        ),
        chr(10) || 'Elements detected: ' || list_aggregate(
            list_transform(
                list_filter(
                    from_json(annotations, '[{"text": "VARCHAR", "element_type": "VARCHAR"}]'),
                    lambda element: element.text <> ''
                ),
                lambda element: element.text || coalesce(' (' || element.element_type || ')', '')
            ),
            'string_agg', ', '
        )
    )
;

-- Arguments in which one has another name and another text; the others, and the order, stay.
create or replace macro renamed_argument(arguments, old_name, new_name, text) as
    cast(
        concat(
            '{',
            array_to_string(
                list_transform(
                    map_entries(cast(cast(arguments as json) as map(varchar, json))),
                    lambda argument: concat(
                        to_json(case argument.key when old_name then new_name else argument.key end),
                        ':',
                        case argument.key
                            when old_name then to_json(text)
                            else coalesce(argument.value, 'null')
                        end
                    )
                ),
                ','
            ),
            '}'
        ) as json
    )
;

-- Where turns of another side begin: positions in a list of turns. A list of the sides alone is read, since an element
-- taken out of a list of turns is copied with its text.
create or replace macro side_starts(sides) as
    list_filter(
        range(1, len(sides) + 1),
        lambda position: position = 1 or sides[position] <> sides[position - 1]
    )
;

-- Turns that alternate: neighbours of one side become one turn, a blank line between them. `starts` says where sides
-- change.
create or replace macro alternating(turns, starts) as
    case
        when len(starts) = len(turns) then turns
        else list_transform(
            starts,
            lambda start, number: {
                'from': turns[start]['from'],
                'value': joined(
                    list_transform(
                        turns[start:coalesce(starts[number + 1] - 1, len(turns))],
                        lambda turn: turn['value']
                    ),
                    chr(10) || chr(10)
                )
            }
        )
    end
;

-- Alternating turns with what is added behind the last one, as sft.endings says: behind a call the user's closing words
-- and the agent's, behind what came of it the agent's alone.
create or replace macro closed_conversation(turns, ending, user_closing, agent_closing) as
    case ending
        when 'call'
            then list_concat(turns, [{'from': 'human', 'value': user_closing}, {'from': 'gpt', 'value': agent_closing}])
        when 'outcome' then list_append(turns, {'from': 'gpt', 'value': agent_closing})
        else turns
    end
;

-- -------------------------------------------------------------------------- rendering: chat messages with tool calls

-- What a JSON object of texts has under a name.
create or replace macro name_in(names, name) as
    cast(cast(names as json) as map(varchar, varchar))[name]
;

-- The arguments of a call (a JSON object) where a tool calls its parameters by other names: `renames` maps what a
-- source says to that, such as {"dx": "delta_x"}. A name that is taken already keeps what it has.
create or replace macro renamed_arguments(arguments, renames) as
    case
        when renames is null or len(list_intersect(json_keys(arguments), json_keys(renames))) = 0
            then cast(arguments as varchar)
        else
            '{'
            || array_to_string(
                list_transform(
                    map_entries(cast(cast(arguments as json) as map(varchar, json))),
                    lambda given: concat(
                        to_json(
                            case
                                when list_contains(json_keys(arguments), name_in(renames, given.key)) then given.key
                                else coalesce(name_in(renames, given.key), given.key)
                            end
                        ),
                        ':', coalesce(cast(given.value as varchar), 'null')
                    )
                ),
                ','
            )
            || '}'
    end
;

-- Whether a tool with the schema `theirs` takes every call that one with the schema `ours` does.
create or replace macro takes_calls_of(theirs, ours) as
    coalesce(
        list_has_all(coalesce(json_keys(theirs, '$.properties'), []), coalesce(json_keys(ours, '$.properties'), []))
        and list_has_all(
            coalesce(from_json(json_extract(ours, '$.required'), '["VARCHAR"]'), []),
            coalesce(from_json(json_extract(theirs, '$.required'), '["VARCHAR"]'), [])
        ),
        false
    )
;

-- A fence that is longer than any in the code.
create or replace macro code_fence(code) as
    case
        when not contains(code, '```') then '```'
        else repeat('`', 1 + list_max(list_transform(regexp_extract_all(code, '`{3,}'), lambda fence: length(fence))))
    end
;

-- Code as it stands in a chat that does not run it. The fence is longer than any in the code.
create or replace macro fenced_code(language, code) as
    concat(
        code_fence(code), case language when 'text' then '' else language end, chr(10), code,
        case when ends_with(code, chr(10)) then '' else chr(10) end, code_fence(code)
    )
;

-- Calls in the form of OpenAI's chat messages.
create or replace macro tool_calls(calls) as
    list_transform(
        calls,
        lambda given: {
            'id': given.id,
            'type': 'function',
            'function': {'name': given.name, 'arguments': given.arguments}
        }
    )
;

-- The words and calls of such a message, see assistant_message.
create or replace macro assistant_words(content, reasoning, calls) as
    case
        when calls is null and reasoning is null then to_json({'role': 'assistant', 'content': coalesce(content, '')})
        when calls is null then
            to_json({'role': 'assistant', 'content': coalesce(content, ''), 'reasoning_content': reasoning})
        when reasoning is null then
            to_json({'role': 'assistant', 'content': coalesce(content, ''), 'tool_calls': tool_calls(calls)})
        else
            to_json({
                'role': 'assistant',
                'content': coalesce(content, ''),
                'reasoning_content': reasoning,
                'tool_calls': tool_calls(calls)
            })
    end
;

-- A message of the agent as a chat model reads it. `calls` are structs {id, name, arguments}, arguments as JSON text.
-- Members that have nothing to say are left out; what is not to be trained on has the weight 0.
create or replace macro assistant_message(content, reasoning, calls, trained) as
    case
        when not trained then json_merge_patch(assistant_words(content, reasoning, calls), '{"weight":0}')
        else assistant_words(content, reasoning, calls)
    end
;

-- The messages that answer an agent's calls, one each. `results` are structs {step, text}; several of one call are one
-- message, and a call that has none gets an empty one.
create or replace macro tool_messages(calls, results) as
    coalesce(
        list_transform(
            calls,
            lambda given: to_json({
                'role': 'tool',
                'tool_call_id': given.id,
                'content': joined(
                    list_transform(
                        list_filter(coalesce(results, []), lambda result: result.step = given.step),
                        lambda result: result.text
                    ),
                    chr(10) || chr(10)
                )
            })
        ),
        []
    )
;

-- ---------------------------------------------------- parsing: XML function calls, OpenAI tool calls, JSON arguments

-- The text of a message whose content may be a list of parts, given as its JSON text: the parts' texts, a line break
-- between them. Text that merely begins with a bracket stays as it is, such as a list of things that have a type.
create or replace macro content_text(content) as
    case
        when not starts_with(content, '[') then content
        when json_array_length(try_cast(content as json)) = 0 then ''
        when json_array_length(try_cast(content as json)) = len(json_extract(try_cast(content as json), '$[*].type'))
            and list_has_any(
                json_extract_string(try_cast(content as json), '$[*].type'), ['text', 'input_text', 'output_text']
            )
            then joined(
                list_transform(
                    json_extract(try_cast(content as json), '$[*]'),
                    lambda part: coalesce(part ->> '$.text', cast(part as varchar))
                ),
                chr(10)
            )
        else content
    end
;

-- A text without the blanks at its ends; null where nothing is left.
create or replace macro without_outer_blanks(value) as
    nullif(regexp_replace(regexp_replace(value, '\s+$', ''), '^\s+', ''), '')
;

-- A piece of a message that becomes one step. Its form says how to read the text; forms of calls end in `_call`, of
-- what may answer one in `_result`. `turn` counts the model calls, `thought` is what stands in front, `called` names
-- the function where the source does, `id` is the call's own id or that of the call which is answered.
create or replace macro segment(form, turn, thought, called, text, id) as
    {
        'form': form,
        'turn': cast(turn as integer),
        'thought': cast(thought as varchar),
        'called': cast(called as varchar),
        'text': cast(text as varchar),
        'id': cast(id as varchar)
    }
;

-- A segment of the agent's words.
create or replace macro words_segment(turn, text) as
    segment('words', turn, null, null, text, null)
;

-- A segment of what others say; `id` is that of the call which it answers.
create or replace macro said_segment(form, text, id) as
    segment(form, null, null, null, text, id)
;

-- The last fenced block of a text that lies in no other, as SWE-agent finds it: a bare fence closes the innermost open
-- block, any other fence opens one. `pieces` is the text split at line break and fence; the block goes from piece
-- `first` to the one before `last`, and `first` is 0 where there is none.
create or replace macro last_fenced_block(pieces) as
    list_reduce(
        [{'depth': 0, 'opened': 0, 'first': 0, 'last': 0, 'position': 0, 'is_bare': false}]
        || list_transform(
            pieces[2:],
            lambda piece, number: {
                'depth': 0, 'opened': 0, 'first': 0, 'last': 0, 'position': cast(number + 1 as integer),
                'is_bare': regexp_matches(piece, '^\s*(\n|$)')
            }
        ),
        lambda state, fence: {
            'depth': case when state.depth > 0 and fence.is_bare then state.depth - 1 else state.depth + 1 end,
            'opened': case when state.depth = 0 then fence.position else state.opened end,
            'first': case when state.depth = 1 and fence.is_bare then state.opened else state.first end,
            'last': case when state.depth = 1 and fence.is_bare then fence.position else state.last end,
            'position': fence.position,
            'is_bare': fence.is_bare
        }
    )
;

-- The words of a shell command as Python's shlex.quote writes them: bare, or in single quotes with `'"'"'` for a
-- quote. Null where a quote is left open. Control characters mark where quoted text begins and ends and where words do.
create or replace macro shell_words(command) as
    list_transform(
        [
            list_transform(
                string_split(
                    regexp_replace(command, '(''[^'']*'')|("''")', chr(1) || '\1' || chr(2) || '\2' || chr(3), 'g'),
                    chr(1)
                ),
                lambda piece, number: {
                    'quoted': case
                        when number = 1 then ''
                        when contains(piece, chr(2) || chr(3))
                            then substr(split_part(piece, chr(2), 1), 2, length(split_part(piece, chr(2), 1)) - 2)
                        else ''''
                    end,
                    'bare': case when number = 1 then piece else split_part(piece, chr(3), 2) end
                }
            )
        ],
        lambda pieces: case
            when not regexp_matches(command, '[\x01-\x04]')
                and len(list_filter(pieces, lambda piece: contains(piece.bare, ''''))) = 0
                then string_split(
                    joined(
                        list_transform(
                            pieces, lambda piece: piece.quoted || regexp_replace(piece.bare, '\s+', chr(4), 'g')
                        ),
                        ''
                    ),
                    chr(4)
                )
        end
    )[1]
;

-- The segments of a message that calls in a fenced block: the call with the thought in front, then what stands behind
-- it. An edit may hold fences of its own: it goes to the last fence, and begins behind an empty line or ends in
-- `end_of_edit`.
create or replace macro fenced_call_segments(content, turn) as
    list_transform(
        [string_split(chr(10) || content, chr(10) || '```')],
        lambda pieces: list_transform(
            [
                case
                    when regexp_full_match(pieces[-1], '\s*') then coalesce(
                        list_filter(
                            list_transform(
                                range(2, len(pieces)),
                                lambda place: {
                                    'first': cast(place as integer), 'last': cast(len(pieces) as integer)
                                }
                            ),
                            lambda block:
                                (
                                    regexp_matches(pieces[block.first], '^\s*\nstr_replace_editor\s')
                                    and regexp_matches(pieces[block.first - 1], '(^|\n)\s*$')
                                )
                                or (
                                    regexp_matches(pieces[block.first], '^\s*\nedit\s+[0-9]+:[0-9]+\s*(\n|$)')
                                    and regexp_matches(pieces[-2], '\nend_of_edit\s*$')
                                )
                        )[1],
                        last_fenced_block(pieces)
                    )
                    else last_fenced_block(pieces)
                end
            ],
            lambda block: case
                when block.first = 0 then [words_segment(turn, content)]
                else list_filter(
                    [
                        segment(
                            'fenced_call',
                            turn,
                            joined(pieces[:block.first - 1], chr(10) || '```'),
                            null,
                            joined(pieces[block.first:block.last - 1], chr(10) || '```'),
                            null
                        ),
                        words_segment(
                            turn, without_outer_blanks(joined(pieces[block.last:], chr(10) || '```'))
                        )
                    ],
                    lambda part: part.text is not null
                )
            end
        )[1]
    )[1]
;

-- The words of SWE-agent's editor command as parameters `name>value`: the command, the path, then options, all of which
-- take one word, but for the two of `view_range`. Null where that does not hold.
create or replace macro editor_parameters(words) as
    list_transform(
        [
            list_filter(
                range(4, len(words) + 1),
                lambda place:
                    regexp_full_match(words[place], '--(file_text|view_range|old_str|new_str|insert_line)')
            )
        ],
        lambda options: case
            when len(words) >= 3 and coalesce(options[1], len(words) + 1) = 4
                and len(
                    list_filter(
                        options,
                        lambda option, number:
                            coalesce(options[number + 1], len(words) + 1) - option
                            <> case words[option] when '--view_range' then 3 else 2 end
                    )
                ) = 0
                then [
                    concat('command>', words[2]),
                    concat('path>', words[3])
                ] || list_transform(
                    options,
                    lambda option: case words[option]
                        when '--view_range'
                            then concat('view_range>[', words[option + 1], ', ', words[option + 2], ']')
                        else concat(substr(words[option], 3), '>', chr(10), words[option + 1], chr(10))
                    end
                )
        end
    )[1]
;

-- Where calls like `<function=name>...</function>` begin in a text: the text in front of the first one, then each call
-- from its name on, with what stands behind it. `pieces` is the text split at `<function=`; where a parameter is still
-- open, that mark belongs to its value, so the pieces are put together again.
create or replace macro function_call_pieces(pieces) as
    case
        when len(pieces) <= 2 then pieces
        else pieces[:1] || list_reduce(
            list_transform(pieces[2:], lambda piece: [piece]),
            lambda calls, piece: case
                when len(string_split(calls[-1], '<parameter=')) > len(string_split(calls[-1], '</parameter>'))
                    then calls[:-2] || [calls[-1] || '<function=' || piece[1]]
                else calls || piece
            end
        )
    end
;

-- One of these calls cut where it ends, or null where it does not. The mark for the end may stand in a value, too: the
-- first one behind a parameter counts, or the last one where a value holds whole calls.
create or replace macro cut_function_call(piece) as
    list_transform(
        [{
            'ends': string_split(piece, '</parameter>' || chr(10) || '</function>'),
            'loose_ends': string_split(piece, '</function>'),
            'is_nested': contains(piece, '<function=')
        }],
        lambda cut: case
            when len(cut.ends) > 1 then {
                'call': array_to_string(
                    cut.ends[:case when cut.is_nested then -2 else 1 end] || [''],
                    '</parameter>' || chr(10) || '</function>'
                ),
                'behind': array_to_string(
                    cut.ends[case when cut.is_nested then -1 else 2 end:],
                    '</parameter>' || chr(10) || '</function>'
                )
            }
            when len(cut.loose_ends) > 1 then {
                'call': cut.loose_ends[1] || '</function>',
                'behind': array_to_string(cut.loose_ends[2:], '</function>')
            }
        end
    )[1]
;

-- The segments of a message that calls in tags, the thought with the first call; `open_call` is one without its end.
create or replace macro function_call_segments(content, turn) as
    list_transform(
        [string_split(content, '<function=')],
        lambda pieces: case
            when len(pieces) = 2 and ends_with(pieces[2], '</function>')
                then [segment('xml_call', turn, pieces[1], null, pieces[2], null)]
            else flatten(
                list_transform(
                    function_call_pieces(pieces)[2:],
                    lambda piece, number: list_transform(
                        [cut_function_call(piece)],
                        lambda cut: list_filter(
                            [
                                segment(
                                    case when cut.call is null then 'open_call' else 'xml_call' end,
                                    turn,
                                    case when number = 1 then pieces[1] end,
                                    null,
                                    coalesce(cut.call, piece),
                                    null
                                ),
                                words_segment(turn, without_outer_blanks(cut.behind))
                            ],
                            lambda part: part.text is not null
                        )
                    )[1]
                )
            )
        end
    )[1]
;

-- The parameters of a call `name>...</function>`, each as `name>value`; null where they cannot be told apart. Between
-- the tags stands one line break, as long as nothing but parameters is between the first and the last of them.
create or replace macro plain_call_parameters(call) as
    case
        when regexp_full_match(call, '[\w.:-]+>\n</function>') then []
        when
            regexp_matches(call, '^[\w.:-]+>\n<parameter=[\w.:-]+>')
            and ends_with(call, '</parameter>' || chr(10) || '</function>')
            then string_split(
                substr(call, strpos(call, '>') + 13, length(call) - strpos(call, '>') - 36),
                '</parameter>' || chr(10) || '<parameter='
            )
    end
;

-- The same where other blanks stand between the tags, or where values hold calls: as long as a value has more opening
-- than closing tags, what follows is put to it. A value that never closes has swallowed a parameter.
create or replace macro loose_call_parameters(call) as
    list_transform(
        [
            list_reduce(
                list_transform(
                    plain_call_parameters(
                        regexp_replace(
                            regexp_replace(
                                regexp_replace(call, '^\s*([\w.:-]+)\s*>\s*', '\1>' || chr(10)),
                                '\s*</function>$', chr(10) || '</function>'
                            ),
                            '</parameter>\s*<parameter=', '</parameter>' || chr(10) || '<parameter=', 'g'
                        )
                    ),
                    lambda parameter: [parameter]
                ),
                lambda parameters, parameter: case
                    when len(string_split(parameters[-1], '<parameter='))
                        > len(string_split(parameters[-1], '</parameter>'))
                        then parameters[:-2]
                            || [parameters[-1] || '</parameter>' || chr(10) || '<parameter=' || parameter[1]]
                    else parameters || parameter
                end,
                cast([] as varchar[])
            )
        ],
        lambda parameters: case
            when len(
                list_filter(
                    parameters,
                    lambda parameter:
                        contains(parameter, chr(10) || '<parameter=')
                        and len(string_split(parameter, '<parameter='))
                        <> len(string_split(parameter, '</parameter>'))
                )
            ) = 0
                then parameters
        end
    )[1]
;

-- Either, whichever reads the call.
create or replace macro function_call_parameters(call) as
    list_transform(
        [plain_call_parameters(call)],
        lambda parameters: case
            when len(list_filter(parameters, lambda parameter: contains(parameter, '<parameter='))) = 0 then parameters
            else loose_call_parameters(call)
        end
    )[1]
;

-- What stands before the first `>`: the name in a tag that begins with it. (split_part is a macro that cuts all of the
-- text, twice within a lambda.)
create or replace macro tag_name(tag) as
    regexp_extract(tag, '^[^>]*')
;

-- The value in `name>value`: minus exactly one line break in front and, where there was one, one behind. All other
-- blanks are the value's own.
create or replace macro parameter_value(parameter) as
    case
        when substr(parameter, strpos(parameter, '>') + 1, 1) <> chr(10)
            then substr(parameter, strpos(parameter, '>') + 1)
        when ends_with(parameter, chr(10)) and length(parameter) > strpos(parameter, '>') + 1
            then substr(parameter, strpos(parameter, '>') + 2, length(parameter) - strpos(parameter, '>') - 2)
        else substr(parameter, strpos(parameter, '>') + 2)
    end
;

-- Brackets without the four innermost levels.
create or replace macro without_inner_brackets(brackets) as
    regexp_replace(
        regexp_replace(
            regexp_replace(regexp_replace(brackets, '\[\]|\{\}', '', 'g'), '\[\]|\{\}', '', 'g'),
            '\[\]|\{\}', '', 'g'
        ),
        '\[\]|\{\}', '', 'g'
    )
;

-- Whether JSON is nested more deeply than DuckDB can look at: 2 refuses at a depth of 128, 1.5 ends at some thousands.
-- Few texts have brackets enough. Of those what is left counts, when texts and the inner levels are out.
create or replace macro is_too_deep(value) as
    case
        when strlen(value) <= 240 then false
        when strlen(value) - strlen(replace(replace(value, '[', ''), '{', '')) <= 120 then false
        else strlen(
            translate(
                without_inner_brackets(
                    without_inner_brackets(
                        regexp_replace(
                            regexp_replace(value, '"([^"\\]|\\.)*"', '', 'g'), '[^\[\]{}]+', '', 'g'
                        )
                    )
                ),
                ']}',
                ''
            )
        ) > 112
    end
;

-- A value between tags as JSON: a text, unless the tool's schema says integer or array and it reads as one.
create or replace macro typed_json(value, type) as
    case
        when type = 'integer' and regexp_full_match(value, '\s*-?\d{1,18}\s*')
            then cast(try_cast(trim(value, e' \n\t\r') as bigint) as varchar)
        when type = 'array' and not is_too_deep(value) and json_type(try_cast(value as json)) = 'ARRAY' then value
        when type in ('integer', 'array') and trim(value, e' \n\t\r') = 'None' then 'null'
        else cast(to_json(value) as varchar)
    end
;

-- A list of parameters `name>value` as a JSON object. `types` maps names to their type in the tool's schema, as far as
-- it is not string.
create or replace macro parameters_as_json(parameters, types) as
    cast(
        '{'
        || array_to_string(
            list_transform(
                list_transform(
                    parameters,
                    lambda parameter: {
                        'name': tag_name(parameter),
                        'value': parameter_value(parameter)
                    }
                ),
                lambda parameter: concat(
                    to_json(parameter.name), ':', typed_json(parameter.value, types[parameter.name])
                )
            ),
            ','
        )
        || '}' as json
    )
;

-- Arguments that a model wrote as JSON: null unless they are an object whose keys are unique, nested within reason.
create or replace macro read_arguments(arguments) as
    list_transform(
        [try_cast(arguments as json)],
        lambda value: case
            when is_too_deep(cast(value as varchar)) then null
            when json_type(value) = 'OBJECT' and len(json_keys(value)) = len(list_distinct(json_keys(value)))
                -- a record that is a line must not hold the lines of JSON that was laid out
                then case
                    when contains(cast(value as varchar), chr(10)) or contains(cast(value as varchar), chr(13))
                        then cast(json(value) as json)
                    else value
                end
        end
    )[1]
;

-- Whether the calls of a trajectory are in plain order: each directly followed by its own result, unless it is the last
-- step, and either none has an id or each one of its own. `parts` are the steps: {is_call, is_result, turn, id}.
create or replace macro are_calls_in_order(parts) as
    coalesce(
        list_bool_and(
            list_transform(
                list_zip(parts[:-2], parts[2:]),
                lambda pair:
                    pair[1].is_call = pair[2].is_result
                    and (not pair[2].is_result or pair[2].id is null or coalesce(pair[1].id = pair[2].id, false))
            )
        ),
        true
    )
    and len(list_distinct(list_transform(list_filter(parts, lambda part: part.is_call), lambda part: part.id)))
    in (0, len(list_filter(parts, lambda part: part.is_call)))
    and len(list_filter(parts, lambda part: part.is_call and part.id is null))
    in (0, len(list_filter(parts, lambda part: part.is_call)))
;

-- For each of these parts the position of the call that it answers: the nearest earlier one with its id; without an
-- id, or where no call has it, the last call of the turn before.
create or replace macro answered_calls(parts) as
    list_transform(
        parts,
        lambda part, here: case
            when part.is_result then coalesce(
                list_max(
                    list_filter(range(1, here), lambda there: parts[there].is_call and parts[there].id = part.id)
                ),
                list_transform(
                    [list_max(list_filter(range(1, here), lambda there: parts[there].is_call))],
                    lambda call: case
                        when parts[call].turn = list_max(list_transform(parts[:here - 1], lambda p: p.turn)) then call
                    end
                )[1]
            )
        end
    )
;

-- What each of these parts is linked by: the id of the call itself, or of the call that it answers. A call keeps the
-- source's id unless there is none or it comes again, then it is `call_<step_index>` (with a `_` behind it where the
-- source has that very id). `fate` is set for a call that nothing answers though something follows it: `shared` where a
-- later call of its turn has the result, else `missing`.
create or replace macro links_of_parts(parts, answered) as
    list_transform(
        [
            list_transform(
                parts,
                lambda part, here: case
                    when not part.is_call then null
                    when part.id is not null
                        and len(list_filter(parts[:here - 1], lambda p: p.is_call and p.id = part.id)) = 0
                        then part.id
                    when len(list_filter(parts, lambda p: p.is_call and p.id = 'call_' || (here - 1))) = 0
                        then 'call_' || (here - 1)
                    else 'call_' || (here - 1) || '_'
                end
            )
        ],
        lambda ids: list_transform(
            parts,
            lambda part, here: {
                'id': coalesce(ids[here], ids[answered[here]]),
                'fate': case
                    when not part.is_call or list_contains(answered, here) then null
                    when len(list_filter(parts[here + 1:], lambda p: p.turn is distinct from part.turn)) = 0 then null
                    when part.id is null
                        and len(list_filter(answered, lambda call: call > here and parts[call].turn = part.turn)) > 0
                        then 'shared'
                    else 'missing'
                end
            }
        )
    )[1]
;

-- For the steps of a trajectory (a list of segments) their order, in which each result that names its call stands right
-- behind it, and their links. Nearly every trajectory is in plain order; the others are worked out part by part.
create or replace macro link_segments(segments) as
    list_transform(
        [
            list_transform(
                segments,
                lambda part: {
                    'is_call': ends_with(part.form, '_call'),
                    'is_result': ends_with(part.form, '_result'),
                    'turn': part.turn,
                    'id': part.id
                }
            )
        ],
        lambda parts: case
            when are_calls_in_order(parts) then {
                'places': null,
                'links': list_transform(
                    list_zip(parts, list_prepend(null, parts), true),
                    lambda pair, here: {
                        'id': case
                            when pair[1].is_call then coalesce(pair[1].id, 'call_' || (here - 1))
                            when pair[1].is_result and pair[2].is_call then coalesce(pair[2].id, 'call_' || (here - 2))
                        end,
                        'fate': null
                    }
                )
            }
            else list_transform(
                [
                    list_grade_up(
                        list_transform(
                            answered_calls(parts),
                            lambda call, here: {
                                'call': case when parts[call].id = parts[here].id then call else here end,
                                'here': here
                            }
                        )
                    )
                ],
                lambda places: {
                    'places': places,
                    'links': list_transform(
                        [list_select(parts, places)],
                        -- An argument that a macro uses in a lambda is worked out for every entry: it has to be a name.
                        lambda ordered: list_transform(
                            [answered_calls(ordered)],
                            lambda answered: links_of_parts(ordered, answered)
                        )[1]
                    )[1]
                }
            )[1]
        end
    )[1]
;

-- What a source says of a trajectory, with the fields that its schema does not name.
create or replace macro with_extra(details, raw_extra) as
    case when raw_extra is null then details else json_merge_patch(details, raw_extra) end
;

-- A list of tools without the members that are null: in a typed column every tool has the parameters of all.
create or replace macro without_null_members(tools) as
    to_json(list_transform(json_extract(tools, '$[*]'), lambda tool: json_merge_patch('{}', tool)))
;

-- ------------------------------------------------------------------- bracketed browser actions / page observations

-- The browser action that a text begins with, such as `type [89] [x] [1]`; '' where it begins with none. Fences, a
-- language behind the fence and punctuation behind the action do not count. What is in brackets may hold brackets.
create or replace macro browser_action_in(value) as
    regexp_extract(
        regexp_replace(value, '[\s`.,;:!]+$', ''),
        '(?is)^[\s`]*(?:[a-z]+[ \t]*\n\s*)?('
        || '(?:click|hover)\s*\[[^\[\]\n]+\]'
        || '|type\s*\[[^\[\]\n]+\]\s*\[.*\]$'
        || '|(?:press|goto)\s*\[[^\n]+\]'
        || '|scroll\s*(?:\[\s*(?:up|down)\s*\]|(?:up|down)\b)'
        || '|tab_focus\s*\[\s*[0-9]{1,9}\s*\]'
        || '|(?:go_back|go_forward|new_tab|close_tab|noop|none)(?:\s*\[[^\[\]]*\])?$'
        || '|stop\s*\[.*\]'
        || '|stop$'
        || ')',
        1
    )
;

-- The leading word of a browser action.
create or replace macro browser_verb(action) as
    lower(regexp_extract(action, '^[A-Za-z_]+'))
;

-- What stands between a browser action's first and its last bracket; '' where it has none.
create or replace macro in_brackets(action) as
    regexp_extract(action, '(?s)\[(.*)\]', 1)
;

-- The function that a browser action calls; null for `stop`, whose answer is a message.
create or replace macro browser_function(action) as
    case browser_verb(action)
        when 'press' then 'keyboard_press'
        when 'close_tab' then 'tab_close'
        when 'none' then 'noop'
        when 'stop' then null
        else browser_verb(action)
    end
;

-- The arguments of `type [id] [text] [flag]`. A last bracket that holds 0 or 1 (`press_enter_after=0` too) is the flag,
-- and without it Enter is pressed; everything between the id and the flag is the text, brackets included.
create or replace macro typing_arguments(action) as
    list_transform(
        [
            regexp_extract(
                action,
                '(?is)^type\s*\[([^\[\]\n]+)\]\s*\[(.*?)\](?:\s*\[\s*(?:press_enter_after\s*=\s*)?([01])\s*\])?$',
                ['bid', 'text', 'flag']
            )
        ],
        lambda typed: to_json({
            'bid': trim(typed.bid),
            'text': typed.text,
            'press_enter_after': case typed.flag when '0' then 0 else 1 end
        })
    )[1]
;

-- The arguments of a browser action's function, as values; null for `stop`. A page is scrolled by 500 pixels.
create or replace macro browser_arguments(action) as
    case browser_verb(action)
        when 'click' then to_json({'bid': trim(in_brackets(action))})
        when 'hover' then to_json({'bid': trim(in_brackets(action))})
        when 'type' then typing_arguments(action)
        when 'press' then to_json({'key': trim(in_brackets(action))})
        when 'goto' then to_json({'url': trim(in_brackets(action))})
        when 'tab_focus' then to_json({'index': try_cast(trim(in_brackets(action)) as integer)})
        when 'scroll' then
            to_json({'delta_x': 0, 'delta_y': case when regexp_matches(action, '(?i)down') then 500 else -500 end})
        when 'go_back' then json('{}')
        when 'go_forward' then json('{}')
        when 'new_tab' then json('{}')
        when 'close_tab' then json('{}')
        when 'noop' then json('{}')
        when 'none' then json('{}')
        when 'stop' then null
        else error('unknown browser verb ' || browser_verb(action))
    end
;

-- A browsing step's prompt, cut at its address lines, reads `OBSERVATION:`, the page, `URL:`, `OBJECTIVE:`, `PREVIOUS
-- ACTIONS:`. The page writes its own line ends as `\n`, so the first line that begins with such a word is the one.
-- The page.
create or replace macro shown_page(prompt_parts) as
    list_transform(
        [
            case
                when len(prompt_parts) > 1 then prompt_parts[1]
                else split_part(prompt_parts[1], chr(10) || 'OBJECTIVE:', 1)
            end
        ],
        lambda page: substr(page, case when starts_with(page, 'OBSERVATION:' || chr(10)) then 14 else 13 end)
    )[1]
;

-- The page's address; null where the prompt names none.
create or replace macro shown_address(prompt_parts) as
    nullif(trim(split_part(prompt_parts[2], chr(10), 1)), '')
;

-- The objective; null where the prompt names none.
create or replace macro shown_objective(prompt_parts) as
    list_transform(
        [
            string_split(
                case
                    when len(prompt_parts) > 1 then array_to_string(prompt_parts[2:], chr(10) || 'URL:')
                    else prompt_parts[1]
                end,
                chr(10) || 'OBJECTIVE:'
            )
        ],
        lambda parts: nullif(
            trim(
                split_part(
                    array_to_string(parts[2:], chr(10) || 'OBJECTIVE:'), chr(10) || 'PREVIOUS ACTION', 1
                )
            ),
            ''
        )
    )[1]
;

-- An objective as the agent is told it.
create or replace macro framed_objective(objective) as
    concat(
        'You are given the following objective: ', objective, chr(10),
        'Examine the current web page and perform the next appropriate action to move toward completing the objective.'
    )
;

-- Thoughts without the words that lead over to the action; null where nothing is left.
create or replace macro without_summary(thoughts) as
    list_transform(
        [string_split(thoughts, 'In summary, the next action I will perform is')],
        lambda parts: nullif(
            regexp_replace(
                regexp_replace(
                    case
                        when regexp_full_match(parts[-1], '[\s:]*')
                            then array_to_string(parts[:-2], 'In summary, the next action I will perform is')
                        else thoughts
                    end,
                    '\s+$', ''
                ),
                '^\s+', ''
            ),
            ''
        )
    )[1]
;

-- The fenced text that an action was found in, where it holds more than the action; else null.
create or replace macro fenced_beside(action, fenced) as
    case
        when action is null then null
        when browser_arguments(action) = '{}' and in_brackets(action) <> '' then fenced
        when fenced = action || '```' then null
        when regexp_replace(fenced, '^[\s`]+|[\s`.,;:!]+$', '', 'g') = action then null
        else fenced
    end
;

-- What the actions of a browsing trajectory say of its end: the class of the last one, and the first that no rule read,
-- with the reason.
create or replace macro browsing_ending(class, step_index, details) as
    {
        'last_class': arg_max(class, step_index),
        'unreadable_step': min(step_index) filter ((details ->> '$.unreadable') is not null),
        'unreadable': arg_min(details ->> '$.unreadable', step_index)
            filter ((details ->> '$.unreadable') is not null)
    }
;

-- Why a browsing trajectory of that ending cannot be trained on; null where nothing speaks against it. `rejected_row`
-- is a line of it that could not be landed.
create or replace macro browsing_exclusion(rejected_row, ending) as
    coalesce(
        case when rejected_row is not null then 'unreadable_step' end,
        reading_exclusion(ending),
        case when ending.last_class <> 'message_action' then 'incomplete' end
    )
;

-- What is to be said beside that reason.
create or replace macro browsing_exclusion_detail(rejected_row, ending) as
    case
        when rejected_row is not null then 'rejected line ' || rejected_row
        when ending.unreadable is not null then reading_exclusion_detail(ending)
        when ending.last_class <> 'message_action' then 'the agent never stops'
    end
;

-- The last message in the Agent Data Protocol's standardized form.
create or replace macro finish_message(message) as
    case when message = '' then '<finish></finish>' else '<finish> ' || message || ' </finish>' end
;

-- ---------------------------------------------------------------------------------- calls written as Python: f(x=1)

-- A call that a text is, such as `fill('45', 'tea, (green)')`: its function, and what stands between the brackets; null
-- where the text is no call. Blanks and backticks around it do not count.
create or replace macro written_call(value) as
    list_transform(
        [regexp_extract(value, '(?s)^[\s`]*([A-Za-z_]\w*)\s*\((.*)\)[\s`;]*$', ['function', 'arguments'])],
        lambda call: case
            when call.function <> '' then {'function': call.function, 'arguments': call.arguments}
        end
    )[1]
;

-- The arguments of such a call, each with its name ('' for one that is given by its place) and its value as it is
-- written; null where that cannot be told. Values are literals, texts in one piece or in several; where quotes stand
-- within quotes, as people write them, a value goes up to the next name. Several calls are no arguments.
create or replace macro written_arguments(arguments) as
    case
        when regexp_full_match(arguments, '\s*') then []
        when regexp_full_match(
            arguments,
            '(?s)(\s*([A-Za-z_]\w*\s*=\s*)?'
            || '("""([^"\\]|\\.|""?[^"])*"""|''''''([^''\\]|\\.|''''?[^''])*'''''''
            || '|(("([^"\\]|\\.)*"|''([^''\\]|\\.)*'')\s*)+|\[[^\[\]]*\]|[^,"''()\[\]=]+?)\s*(,|$))+\s*'
        ) then list_transform(
            regexp_extract_all(
                arguments,
                '(?s)(?:[A-Za-z_]\w*\s*=\s*)?'
                || '(?:"""(?:[^"\\]|\\.|""?[^"])*"""|''''''(?:[^''\\]|\\.|''''?[^''])*'''''''
                || '|(?:(?:"(?:[^"\\]|\\.)*"|''(?:[^''\\]|\\.)*'')\s*)+|\[[^\[\]]*\]'
                || '|[^,"''()\[\]=\s][^,"''()\[\]=]*)'
            ),
            lambda argument: regexp_extract(
                argument, '(?s)^(?:([A-Za-z_]\w*)\s*=\s*)?(.*?)\s*$', ['name', 'value']
            )
        )
        when regexp_matches(arguments, '["'']\s*\)\s*\w+\s*\(|\)\s*[;\n]\s*[A-Za-z_]\w*\s*\(') then null
        when regexp_matches(arguments, '^\s*[A-Za-z_]\w*\s*=') then list_transform(
            string_split(
                regexp_replace(arguments, '(["''\]\w])\s*,\s*([A-Za-z_]\w*\s*=)', '\1' || chr(64976) || '\2', 'g'),
                chr(64976)
            ),
            lambda argument: regexp_extract(
                argument, '(?s)^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$', ['name', 'value']
            )
        )
        when regexp_full_match(arguments, '(?s)\s*(".*"|''.*'')\s*')
            and not regexp_matches(arguments, '["'']\s*[,+]\s*["'']')
            then [{'name': '', 'value': regexp_extract(arguments, '(?s)^\s*(.*?)\s*$', 1)}]
    end
;

-- What a Python literal in quotes, one or three on either side, says: escapes are resolved, `\x41` and those that JSON
-- has too; others stay as they are.
create or replace macro unquoted(value) as
    list_transform(
        [
            case
                when length(value) > 5 and regexp_full_match(value, '(?s)""".*"""|''''''.*''''''')
                    then substr(value, 4, length(value) - 6)
                else substr(value, 2, length(value) - 2)
            end
        ],
        lambda inside: case
            when not contains(inside, '\') then inside
            else coalesce(
                try_cast(
                    concat(
                        '"',
                        replace(
                            regexp_replace(
                                regexp_replace(
                                    replace(
                                        replace(
                                            replace(
                                                replace(
                                                    replace(replace(inside, '\\', chr(64976)), '\''', ''''), '\"', '"'
                                                ),
                                                '"', '\"'
                                            ),
                                            chr(10), '\n'
                                        ),
                                        chr(9), '\t'
                                    ),
                                    '\\x([0-9A-Fa-f]{2})', '\\u00\1', 'g'
                                ),
                                '\\([^"\\/bfnrtu])', '\\\\\1', 'g'
                            ),
                            chr(64976), '\\'
                        ),
                        '"'
                    ) as json
                ) ->> '$',
                inside
            )
        end
    )[1]
;

-- A Python literal as JSON: a text in quotes, which may come in several pieces, a list, a number, True, False, None.
-- What is none of these is a text.
create or replace macro literal_json(value) as
    case
        when regexp_full_match(value, '(?s)(("([^"\\]|\\.)*"|''([^''\\]|\\.)*'')\s*){2,}')
            and not regexp_matches(value, '^("""|'''''')')
            then to_json(
                array_to_string(
                    list_transform(
                        regexp_extract_all(value, '(?s)"(?:[^"\\]|\\.)*"|''(?:[^''\\]|\\.)*'''),
                        lambda piece: unquoted(piece)
                    ),
                    ''
                )
            )
        when regexp_full_match(value, '(?s)".*"|''.*''') and length(value) > 1 then to_json(unquoted(value))
        when value = 'True' then json('true')
        when value = 'False' then json('false')
        when value = 'None' then json('null')
        when regexp_full_match(value, '-?(0|[1-9]\d*)(\.\d+)?') then cast(value as json)
        when starts_with(value, '[') and try_cast(value as json) is not null then cast(value as json)
        when starts_with(value, '[') then to_json(
            list_transform(
                regexp_extract_all(value, '(?s)"(?:[^"\\]|\\.)*"|''(?:[^''\\]|\\.)*'''),
                lambda item: unquoted(item)
            )
        )
        else to_json(value)
    end
;

-- The arguments of a written call as a JSON object. `parameters` are the names of the function's parameters in order,
-- for arguments that are given by their place. Null where arguments cannot be told apart, one comes twice, or there are
-- more than the function takes.
create or replace macro arguments_by_name(arguments, parameters) as
    list_transform(
        [
            list_transform(
                written_arguments(arguments),
                lambda argument, place: {
                    'name': case argument.name when '' then parameters[place] else argument.name end,
                    'value': literal_json(argument.value)
                }
            )
        ],
        lambda named: case
            when len(list_filter(named, lambda argument: argument.name is null)) = 0
                and len(list_distinct(list_transform(named, lambda argument: argument.name))) = len(named)
                then cast(
                    '{' || array_to_string(
                        list_transform(
                            named,
                            lambda argument: concat(
                                to_json(argument.name),
                                ':',
                                -- the id of an element is a text, with or without quotes
                                case when ends_with(argument.name, 'bid') then to_json(argument.value ->> '$')
                                else cast(argument.value as varchar) end
                            )
                        ),
                        ','
                    ) || '}' as json
                )
        end
    )[1]
;

-- The parameters of BrowserGym's functions, in order; null for a function that it does not have.
create or replace macro browsergym_parameters(function) as
    case function
        when 'clear' then ['bid']
        when 'click' then ['bid', 'button', 'modifiers']
        when 'dblclick' then ['bid', 'button', 'modifiers']
        when 'drag_and_drop' then ['from_bid', 'to_bid']
        when 'fill' then ['bid', 'value']
        when 'focus' then ['bid']
        when 'go_back' then []
        when 'go_forward' then []
        when 'goto' then ['url']
        when 'hover' then ['bid']
        when 'keyboard_press' then ['key']
        when 'keyboard_type' then ['text']
        when 'new_tab' then []
        when 'noop' then ['wait_ms']
        when 'press' then ['bid', 'key_comb']
        when 'report_infeasible' then ['reason']
        when 'scroll' then ['delta_x', 'delta_y']
        when 'select_option' then ['bid', 'options']
        when 'send_msg_to_user' then ['text']
        when 'tab_close' then []
        when 'tab_focus' then ['index']
        when 'upload_file' then ['bid', 'file']
    end
;

-- ------------------------------------------------------------------------------------------------- steps in a browser
--
-- What the steps of browsing trajectories have in common. `details` are left out where they are an empty object.

-- Any step; the macros below name the parts that matter.
create or replace macro browsing_step(
    step_index, turn_index, class, source, content, function, arguments, thought, call_id, url, html, axtree, details
) as
    {
        'step_index': cast(step_index as integer),
        'turn_index': cast(turn_index as integer),
        'class': cast(class as varchar),
        'kind': case when ends_with(class, '_action') then 'action' else 'observation' end,
        'source': cast(source as varchar),
        'content': cast(content as varchar),
        'function': cast(function as varchar),
        'arguments': cast(arguments as json),
        'thought': cast(thought as varchar),
        'tool_call_id': cast(call_id as varchar),
        'url': cast(url as varchar),
        'html': cast(html as varchar),
        'axtree': cast(axtree as varchar),
        'details': cast(nullif(cast(details as varchar), '{}') as json)
    }
;

-- What somebody says to the agent; `call_id` is the call that it answers.
create or replace macro told_step(step_index, source, content, call_id, details) as
    browsing_step(
        step_index, null, 'text_observation', source, content, null, null, null, call_id, null, null, null, details
    )
;

-- A page, by its HTML, its accessibility tree, or both; `call_id` is the call that led to it.
create or replace macro page_step(step_index, url, html, axtree, call_id, details) as
    browsing_step(
        step_index, null, 'web_observation', 'environment', null, null, null, null, call_id, url, html, axtree, details
    )
;

-- A call of a function; one without arguments, which nobody could read, is kept as a message with the text `written`.
create or replace macro act_step(step_index, turn_index, function, arguments, thought, written, details) as
    case
        when arguments is not null then browsing_step(
            step_index, turn_index, 'api_action', 'agent', null, function, arguments, thought,
            concat('call_', step_index), null, null, null, details
        )
        else browsing_step(
            step_index, turn_index, 'message_action', 'agent', written, null, null, thought, null, null, null, null,
            details
        )
    end
;

-- Why a trajectory with an action that no rule reads cannot be trained on, from what browsing_ending says; null where
-- all were read.
create or replace macro reading_exclusion(ending) as
    case when ending.unreadable is not null then 'unreadable_step' end
;

-- What is to be said beside that reason.
create or replace macro reading_exclusion_detail(ending) as
    concat('step ', ending.unreadable_step, ': ', ending.unreadable)
;

-- ------------------------------------------------------------------------------------------------ WebArena's actions

-- A text that was typed, from the ids of its keys: first come 15 keys without a character, then ASCII from the blank
-- on, then the characters up to 999, then the line break. Null where an id stands for no character.
create or replace macro typed_text(key_ids) as
    list_transform(
        [
            list_transform(
                from_json(key_ids, '["INTEGER"]'),
                lambda id: case
                    when id between 15 and 110 then chr(id + 17)
                    when id between 111 and 981 then chr(id + 18)
                    when id = 982 then chr(10)
                end
            )
        ],
        lambda characters: case
            when len(list_filter(characters, lambda character: character is null)) = 0
                then array_to_string(characters, '')
        end
    )[1]
;

-- The function that an action of WebArena's environment calls, from its name or else from its number.
create or replace macro webarena_function(action) as
    list_transform(
        [
            lower(
                coalesce(
                    action ->> '$.action_name',
                    [
                        'none', 'scroll', 'press', 'mouse_click', 'keyboard_type', 'mouse_hover', 'click', 'type',
                        'hover', 'page_focus', 'new_tab', 'go_back', 'go_forward', 'goto', 'page_close', 'check',
                        'select_option', 'stop'
                    ][try_cast(action ->> '$.action_type' as integer) + 1],
                    ''
                )
            )
        ],
        lambda name: case name
            when 'page_focus' then 'tab_focus'
            when 'page_close' then 'tab_close'
            when 'close_tab' then 'tab_close'
            when 'goto_url' then 'goto'
            when 'key_press' then 'press'
            else name
        end
    )[1]
;

-- The arguments of such an action; null where it has none of use, or where the function is unknown.
create or replace macro webarena_arguments(action) as
    case webarena_function(action)
        when 'click' then to_json({'bid': nullif(action ->> '$.element_id', '')})
        when 'hover' then to_json({'bid': nullif(action ->> '$.element_id', '')})
        when 'type' then to_json({
            'bid': nullif(action ->> '$.element_id', ''),
            'text': case json_type(action, '$.text')
                when 'ARRAY' then typed_text(json_extract(action, '$.text'))
                when 'VARCHAR' then action ->> '$.text'
            end
        })
        when 'press' then to_json({'key_comb': nullif(action ->> '$.key_comb', '')})
        when 'scroll' then to_json({
            'dx': 0,
            'dy': case
                when contains(lower(action ->> '$.direction'), 'down') then 500
                when contains(lower(action ->> '$.direction'), 'up') then -500
            end
        })
        when 'tab_focus' then to_json({'page_number': try_cast(action ->> '$.page_number' as integer)})
        when 'new_tab' then to_json({'url': coalesce(action ->> '$.url', '')})
        when 'goto' then to_json({'url': nullif(action ->> '$.url', '')})
        when 'stop' then to_json({'answer': coalesce(action ->> '$.answer', '')})
        when 'go_back' then json('{}')
        when 'go_forward' then json('{}')
        when 'tab_close' then json('{}')
    end
;

-- Arguments as they are, or null where one of them has no value.
create or replace macro complete_arguments(arguments) as
    case when not regexp_matches(cast(arguments as varchar), '":null[,}]') then arguments end
;

-- --------------------------------------------------------------------------------- Synatra: next actions as Python

-- The id of an element in the arguments of a call, if it is one: some calls name the element by its words instead.
create or replace macro synatra_element(arguments) as
    regexp_extract(coalesce(arguments ->> '$.element_id', arguments ->> '$.id', ''), '^\s*([A-Za-z]*[0-9]+)\s*$', 1)
;

-- The function that a call names: some have two names.
create or replace macro synatra_function(call) as
    case call.function
        when 'tab_close' then 'close_tab'
        when 'page_focus' then 'tab_focus'
        when 'page_close' then 'close_tab'
        else call.function
    end
;

-- The arguments of a call such as `type(element_id="12", content="tea")`, under the names that the tools have; null
-- where the function is unknown or lacks something.
create or replace macro synatra_arguments(call) as
    list_transform(
        [
            arguments_by_name(
                call.arguments,
                case synatra_function(call)
                    when 'click' then ['element_id']
                    when 'hover' then ['element_id']
                    when 'type' then ['element_id', 'content']
                    when 'press' then ['key_comb']
                    when 'scroll' then ['direction']
                    when 'tab_focus' then ['page_number']
                    when 'new_tab' then ['url']
                    when 'goto' then ['url']
                    when 'stop' then ['answer']
                end
            )
        ],
        lambda given: case
            when given is null then null
            else complete_arguments(
                case synatra_function(call)
                    when 'click' then to_json({'bid': nullif(synatra_element(given), '')})
                    when 'hover' then to_json({'bid': nullif(synatra_element(given), '')})
                    when 'type' then to_json({
                        'bid': nullif(synatra_element(given), ''),
                        'text': coalesce(given ->> '$.content', given ->> '$.text', given ->> '$.string')
                    })
                    when 'press' then to_json({
                        'key_comb': coalesce(given ->> '$.key_comb', given ->> '$.keys', given ->> '$.key')
                    })
                    when 'scroll' then to_json({
                        'delta_x': 0,
                        'delta_y': case
                            when contains(lower(given ->> '$.direction'), 'down') then 500
                            when contains(lower(given ->> '$.direction'), 'up') then -500
                        end
                    })
                    when 'tab_focus' then to_json({
                        'page_number': try_cast(
                            coalesce(
                                given ->> '$.page_number', given ->> '$.tab_index', given ->> '$.page_index',
                                given ->> '$.index'
                            ) as integer
                        )
                    })
                    when 'new_tab' then to_json({'url': coalesce(given ->> '$.url', '')})
                    when 'goto' then to_json({'url': given ->> '$.url'})
                    when 'stop' then to_json({'answer': coalesce(given ->> '$.answer', given ->> '$.text', '')})
                    when 'close_tab' then json('{}')
                    when 'go_back' then json('{}')
                    when 'go_forward' then json('{}')
                end
            )
        end
    )[1]
;

-- What stands in a Synatra prompt behind `opening`, up to `next`; null where the opening is not there.
create or replace macro synatra_part(prompt, opening, next) as
    list_transform(
        [string_split(prompt, opening)],
        lambda parts: case
            when len(parts) > 1 then split_part(array_to_string(parts[2:], opening), next, 1)
        end
    )[1]
;

-- The objective of a Synatra prompt, without the quotes around it; null where it has none behind a page.
create or replace macro synatra_objective(prompt) as
    regexp_replace(
        synatra_part(
            prompt, concat('"""', chr(10), chr(10), '# objective', chr(10), 'objective = '),
            chr(10) || chr(10) || '# past actions'
        ),
        '(?s)^\s*"(.*)"\s*$', '\1'
    )
;

-- The website that a Synatra prompt names; '' where it is not told.
create or replace macro synatra_website(prompt) as
    regexp_extract(substr(prompt, 1, 1000), '\nwebsite = "([^\n]*)"', 1)
;

-- ---------------------------------------------------------------------------------------------- Go-Browse's tasks

-- What a task of Go-Browse is: its goal, and the page that it belongs to.
create or replace macro go_browse_goal(traj, node) as
    {'goal': traj ->> '$.goal', 'node_url': node ->> '$.node_url'}
;

-- The same with the number of the try.
create or replace macro go_browse_task(traj, node) as
    {'goal': go_browse_goal(traj, node), 'traj_num': traj ->> '$.traj_num', 'reward': traj ->> '$.reward'}
;

-- ------------------------------------------------------------------- recordings of people: WebLINX, WONDERBREAD

-- How many of these letters come before a place in a word.
create or replace macro letters_before(word, letters, place) as
    cast(place - 1 - length(translate(substr(word, 1, place - 1), letters, '')) as integer)
;

-- The steps of a recording: its parts in order, each with the letter that says what it is: T told by the user, S said
-- by the agent, P a page, A an act, N an act that no rule reads, X what is no part of any kind.
create or replace macro recorded_step(part, word, place) as
    case part.letter
        when 'T' then told_step(place - 1, 'user', part.content, null, part.details)
        when 'P' then page_step(
            place - 1,
            part.url,
            part.html,
            null,
            case when substr(word, place - 1, 1) = 'A' and place > 1 then concat('call_', place - 2) end,
            part.details
        )
        when 'X' then told_step(
            place - 1,
            'environment',
            part.content,
            case when substr(word, place - 1, 1) = 'A' and place > 1 then concat('call_', place - 2) end,
            part.details
        )
        when 'S' then browsing_step(
            place - 1, letters_before(word, 'SAN', place), 'message_action', 'agent', part.content, null, null, null,
            null, null, null, null, part.details
        )
        else act_step(
            place - 1,
            letters_before(word, 'SAN', place),
            part.function,
            part.arguments,
            null,
            part.content,
            case
                when part.letter = 'A' and place < length(word) and substr(word, place + 1, 1) not in ('P', 'X')
                    then json_merge_patch(coalesce(part.details, '{}'), '{"result": "none"}')
                else part.details
            end
        )
    end
;

-- What of a recording is steps: not the pages and the user's words behind the last thing that the agent did.
create or replace macro recorded_length(word) as
    length(regexp_replace(word, '([SAN])[PT]+$', '\1'))
;

-- A part of a recording.
create or replace macro recorded_part(letter, content, url, html, function, arguments, details) as
    {
        'letter': letter,
        'content': cast(content as varchar),
        'url': cast(url as varchar),
        'html': cast(html as varchar),
        'function': cast(function as varchar),
        'arguments': cast(arguments as json),
        'details': cast(details as json)
    }
;

-- The path to the element of a WebLINX act: by the number that it bears in the page, else as it was recorded.
create or replace macro weblinx_path(turn) as
    coalesce(
        '//*[@data-webtasks-id='''
        || nullif(replace(turn ->> '$.action.arguments.element.attributes."data-webtasks-id"', '''', ''), '') || ''']',
        nullif(turn ->> '$.action.arguments.element.xpath', '')
    )
;

-- What a WebLINX act says under a name, which stands among its arguments or among their properties.
create or replace macro weblinx_argument(turn, name) as
    coalesce(
        turn ->> concat('$.action.arguments.', name), turn ->> concat('$.action.arguments.properties.', name)
    )
;

-- Where a WebLINX act leaves its tab: a scroll at a place of its page, any other act wherever it was. `tabs` are the
-- ids of those that it tells of; the last is the one that is opened, closed or turned to.
create or replace macro weblinx_place(turn) as
    {
        'intent': turn ->> '$.action.intent',
        'tab': turn ->> '$.action.arguments.metadata.tabId',
        'tabs': list_filter(
            [
                turn ->> '$.action.arguments.properties.tabIdOrigin',
                coalesce(
                    turn ->> '$.action.arguments.properties.tabIdTarget',
                    turn ->> '$.action.arguments.properties.tabId',
                    turn ->> '$.action.arguments.metadata.tabId'
                )
            ],
            lambda tab: tab is not null
        ),
        'url': turn ->> '$.action.arguments.metadata.url',
        'x': coalesce(try_cast(weblinx_argument(turn, 'scrollX') as double), 0),
        'y': try_cast(weblinx_argument(turn, 'scrollY') as double)
    }
;

-- Which tab a WebLINX turn turns to, from 0: of those that are open by then, in the order in which they were first told
-- of. That is how browsers count them; the recording has ids that nobody sees.
create or replace macro weblinx_tab(places, number) as
    list_position(
        list_transform(
            [flatten(list_transform(places[:number], lambda place: place.tabs))],
            lambda told: list_filter(
                told,
                lambda tab, here: list_position(told, tab) = here
                    and not list_contains(
                        list_transform(
                            list_filter(places[:number - 1], lambda place: place.intent = 'tabremove'),
                            lambda place: place.tabs[-1]
                        ),
                        tab
                    )
            )
        )[1],
        places[number].tabs[-1]
    ) - 1
;

-- A WebLINX turn in which a scroll says how far it went (`properties`: x and y), not where it ended (`scrollX` and
-- `scrollY`), and a switch which tab it turns to (`index`). `places` are those of all turns; a page that is new in its
-- tab is at its top.
create or replace macro weblinx_placed(turn, places, number) as
    case
        when places[number].intent = 'scroll' and places[number].y is not null then list_transform(
            [
                list_filter(
                    places[:number - 1],
                    lambda place: place.intent in ('scroll', 'load')
                        and place.tab is not distinct from places[number].tab
                )[-1]
            ],
            lambda last: json_merge_patch(
                turn,
                to_json({
                    'action': {
                        'arguments': {
                            'properties': case
                                when last.intent = 'scroll' and last.url is not distinct from places[number].url then {
                                    'x': places[number].x - last.x, 'y': places[number].y - coalesce(last.y, 0)
                                }
                                else {'x': places[number].x, 'y': places[number].y}
                            end
                        }
                    }
                })
            )
        )[1]
        when places[number].intent = 'tabswitch' then json_merge_patch(
            turn, to_json({'action': {'arguments': {'properties': {'index': weblinx_tab(places, number)}}}})
        )
        else turn
    end
;

-- The function of a WebLINX act; null where its intent is unknown.
create or replace macro weblinx_function(turn) as
    case turn ->> '$.action.intent'
        when 'load' then 'goto'
        when 'click' then 'click'
        when 'hover' then 'hover'
        when 'textInput' then 'type'
        when 'change' then 'select'
        when 'submit' then 'submit'
        when 'scroll' then 'scroll'
        when 'tabcreate' then 'new_tab'
        when 'tabremove' then 'tab_close'
        when 'tabswitch' then 'tab_focus'
        when 'copy' then 'copy'
        when 'paste' then 'paste'
    end
;

-- The arguments of a WebLINX act; null where it lacks one, or its intent is unknown.
create or replace macro weblinx_arguments(turn) as
    complete_arguments(
        case weblinx_function(turn)
            when 'goto' then to_json({
                'url': coalesce(
                    nullif(turn ->> '$.action.arguments.properties.url', ''),
                    nullif(turn ->> '$.action.arguments.metadata.url', '')
                )
            })
            when 'click' then to_json({'xpath': weblinx_path(turn)})
            when 'hover' then to_json({'xpath': weblinx_path(turn)})
            when 'submit' then to_json({'xpath': weblinx_path(turn)})
            when 'type' then to_json({
                'xpath': weblinx_path(turn), 'value': weblinx_argument(turn, 'text')
            })
            when 'select' then to_json({
                'xpath': weblinx_path(turn), 'value': weblinx_argument(turn, 'value')
            })
            when 'paste' then case
                when weblinx_argument(turn, 'pasted') is not null then json_merge_patch('{}', to_json({
                    'xpath': weblinx_path(turn), 'value': weblinx_argument(turn, 'pasted')
                }))
            end
            when 'copy' then to_json({'text': weblinx_argument(turn, 'selected')})
            when 'scroll' then to_json({
                'dx': coalesce(try_cast(turn ->> '$.action.arguments.properties.x' as double), 0),
                'dy': try_cast(turn ->> '$.action.arguments.properties.y' as double)
            })
            when 'tab_focus' then to_json({
                'index': try_cast(turn ->> '$.action.arguments.properties.index' as bigint)
            })
            when 'new_tab' then json('{}')
            when 'tab_close' then json('{}')
        end
    )
;

-- The HTML of the page that a WebLINX turn names; `names` are those of the pages.
create or replace macro weblinx_page(pages, names, turn) as
    pages[list_position(names, turn ->> '$.state.page')].html
;

-- The parts of a WebLINX turn: words, or a page and what was done on it. `html` is that page's.
create or replace macro weblinx_parts(turn, html) as
    case
        when (turn ->> '$.type') = 'chat' and (turn ->> '$.speaker') in ('instructor', 'navigator') then [
            recorded_part(
                case turn ->> '$.speaker' when 'instructor' then 'T' else 'S' end,
                coalesce(turn ->> '$.utterance', ''), null, null, null, null,
                json_merge_patch('{}', to_json({'timestamp': json_extract(turn, '$.timestamp')}))
            )
        ]
        when (turn ->> '$.type') = 'browser' then list_filter(
            [
                recorded_part(
                    case
                        when nullif(turn ->> '$.state.page', '') is null then ''
                        when html is null then 'X'
                        else 'P'
                    end,
                    turn ->> '$.state.page', turn ->> '$.action.arguments.metadata.url', html, null, null,
                    case
                        when html is null then json_merge_patch(
                            json_extract(turn, '$.state'), '{"unreadable": "the page is not there"}'
                        )
                        else json_extract(turn, '$.state')
                    end
                ),
                recorded_part(
                    case when weblinx_arguments(turn) is null then 'N' else 'A' end,
                    cast(json_extract(turn, '$.action') as varchar), null, null,
                    weblinx_function(turn), weblinx_arguments(turn),
                    json_merge_patch('{}', to_json({
                        'timestamp': json_extract(turn, '$.timestamp'),
                        'metadata': json_extract(turn, '$.action.arguments.metadata'),
                        'tabs': case
                            when (turn ->> '$.action.intent') in ('tabcreate', 'tabremove', 'tabswitch')
                                then json_merge_patch(
                                    json_extract(turn, '$.action.arguments.properties'), '{"index": null}'
                                )
                        end,
                        'scrollX': json_extract(turn, '$.action.arguments.scrollX'),
                        'scrollY': json_extract(turn, '$.action.arguments.scrollY'),
                        'element': json_merge_patch(
                            json_extract(turn, '$.action.arguments.element'),
                            '{"innerHTML": null, "outerHTML": null, "xpath": null}'
                        ),
                        'unreadable': case
                            when weblinx_arguments(turn) is null
                                then 'no rule reads ' || coalesce(turn ->> '$.action.intent', 'an act without intent')
                        end
                    }))
                )
            ],
            lambda part: part.letter <> ''
        )
        else [
            recorded_part(
                'X', coalesce(cast(turn as varchar), ''), null, null, null, null,
                to_json({'unreadable': 'neither chat nor browser'})
            )
        ]
    end
;

-- A key of a recording by the name that browsers have for it: `Key.enter` is Enter, `'a'` is a. Of a key that is there
-- twice the side does not count.
create or replace macro recorded_key(key) as
    case regexp_replace(lower(key), '^(key\.(?:shift|ctrl|alt|cmd))_\w+$', '\1')
        when 'key.enter' then 'Enter'
        when 'key.tab' then 'Tab'
        when 'key.space' then 'Space'
        when 'key.backspace' then 'Backspace'
        when 'key.delete' then 'Delete'
        when 'key.esc' then 'Escape'
        when 'key.up' then 'ArrowUp'
        when 'key.down' then 'ArrowDown'
        when 'key.left' then 'ArrowLeft'
        when 'key.right' then 'ArrowRight'
        when 'key.page_up' then 'PageUp'
        when 'key.page_down' then 'PageDown'
        when 'key.home' then 'Home'
        when 'key.end' then 'End'
        when 'key.cmd' then 'Meta'
        when 'key.ctrl' then 'Control'
        when 'key.shift' then 'Shift'
        when 'key.alt' then 'Alt'
        when 'key.caps_lock' then 'CapsLock'
        else case
            when regexp_full_match(key, '(?i)key\.f\d+') then upper(substr(key, 5))
            when regexp_full_match(key, '''([^''\\]|\\.+)''|"''"') then unquoted(key)
            else key
        end
    end
;

-- The keys of a recording one by one: a list of them, or names and quoted characters between blanks. Null where it is
-- something else, just text.
create or replace macro recorded_keys(key) as
    case
        when json_type(key) = 'ARRAY' then from_json(key, '["VARCHAR"]')
        when regexp_matches(key ->> '$', '^(Key\.\w|''.''( |$)|''\\|"''"( |$)|<\d|\[.\]( |$))')
            then regexp_extract_all(key ->> '$', '''(?:[^''\\]|\\[^'']*|\\'')''|"''"|\S+')
    end
;

-- The text that such keys make, letter by letter: Shift is in the letter, Backspace takes one back. Null where a key
-- does something else, as an arrow does, and where more is taken back than was typed: the field's text is not known.
create or replace macro recorded_text(key) as
    case
        when recorded_keys(key) is null then key ->> '$'
        else list_reduce(
            list_transform(recorded_keys(key), lambda one: recorded_key(one)),
            lambda text, one: case
                when one in ('Shift', 'CapsLock') then text
                when one = 'Space' then text || ' '
                when one = 'Enter' then text || chr(10)
                when one = 'Tab' then text || chr(9)
                when one = 'Backspace' and text <> '' then substr(text, 1, length(text) - 1)
                when length(one) = 1 and one >= ' ' then text || one
            end,
            ''
        )
    end
;

-- Two keys held at once, such as `Key.cmd 'a'`, by the name that browsers have for them: Meta+a. Null for all else.
create or replace macro recorded_chord(key) as
    list_transform(
        [list_transform(recorded_keys(key), lambda one: recorded_key(one))],
        lambda keys: case
            when len(keys) = 2 and keys[1] in ('Meta', 'Control', 'Alt') and keys[2] not in ('Meta', 'Control', 'Alt')
                then keys[1] || '+' || keys[2]
        end
    )[1]
;

-- The path to the element of a WONDERBREAD act.
create or replace macro wonderbread_path(act) as
    coalesce(
        nullif(act ->> '$.element_attributes.xpath', ''),
        nullif(act ->> '$.element_attributes.element.xpath', ''),
        nullif(act ->> '$.xpath', '')
    )
;

-- The function of a WONDERBREAD act; null where its kind is unknown.
create or replace macro wonderbread_function(act) as
    case act ->> '$.type'
        when 'mouseup' then 'click'
        when 'click' then 'click'
        when 'keystroke' then case
            when recorded_chord(json_extract(act, '$.key')) is null then 'type' else 'keyboard_press'
        end
        when 'keypress' then 'keyboard_press'
        when 'scroll' then 'scroll'
    end
;

-- The arguments of a WONDERBREAD act; null where it lacks one, or its kind is unknown. The recorder counts the steps of
-- the wheel upwards.
create or replace macro wonderbread_arguments(act) as
    complete_arguments(
        case wonderbread_function(act)
            when 'click' then to_json({'xpath': wonderbread_path(act)})
            when 'type' then case
                when nullif(recorded_text(json_extract(act, '$.key')), '') is not null
                    then json_merge_patch('{}', to_json({
                        'xpath': wonderbread_path(act), 'value': recorded_text(json_extract(act, '$.key'))
                    }))
            end
            when 'keyboard_press' then to_json({
                'key': coalesce(
                    recorded_chord(json_extract(act, '$.key')), recorded_key(nullif(act ->> '$.key', ''))
                )
            })
            when 'scroll' then to_json({
                'dx': coalesce(try_cast(act ->> '$.dx' as double), 0), 'dy': 0 - try_cast(act ->> '$.dy' as double)
            })
        end
    )
;

-- The parts of an item of a WONDERBREAD trace: a page, or an act. The mouse button that goes down is half a click,
-- whose other half follows.
create or replace macro wonderbread_parts(item) as
    case
        when (item ->> '$.type') = 'state' and (item ->> '$.data.html') is not null then [
            recorded_part(
                'P', null, item ->> '$.data.url', item ->> '$.data.html', null, null,
                json_merge_patch(
                    json_extract(item, '$.data'), '{"url": null, "html": null, "json_state": null}'
                )
            )
        ]
        when (item ->> '$.type') = 'action' and (item ->> '$.data.type') = 'mousedown' then []
        when (item ->> '$.type') = 'action' then [
            recorded_part(
                case when wonderbread_arguments(json_extract(item, '$.data')) is null then 'N' else 'A' end,
                cast(json_extract(item, '$.data') as varchar), null, null,
                wonderbread_function(json_extract(item, '$.data')),
                wonderbread_arguments(json_extract(item, '$.data')),
                json_merge_patch(
                    case
                        when json_exists(item, '$.data.element_attributes') then json_merge_patch(
                            json_extract(item, '$.data'), '{"element_attributes": {"xpath": null, "element": null}}'
                        )
                        else json_extract(item, '$.data')
                    end,
                    to_json({
                        'unreadable': case
                            when wonderbread_arguments(json_extract(item, '$.data')) is null
                                then 'no rule reads ' || coalesce(item ->> '$.data.type', 'an act without kind')
                        end
                    })
                )
            )
        ]
        else [
            recorded_part(
                'X', coalesce(cast(item as varchar), ''), null, null, null, null,
                to_json({'unreadable': 'neither a state nor an act'})
            )
        ]
    end
;

-- ------------------------------------------------- fenced code / Think-Act prose / execute-solution tags
--
-- A chat becomes steps by way of a list of units. A unit is a piece of text that may become a step, behind a letter:
--   U E   what the user or the environment says        X   a message without a known role or without content
--   A     what an agent's message says up to its first block, behind a newline
--   C S   code (its language, a newline, the code) and a message, to which the text of an A before it is the thought
--   M     text behind a block of the same message      Y   an agent's message that no rule reads
-- The letters alone, written as one word, tell the numbers of steps and turns and which call is answered where: they
-- are short, so all reckoning is done on them, and the texts are cut just once.
--
-- The marks are noncharacters of Unicode, which are there for such use and stand in no text: U+FDD0 behind a unit,
-- U+FDD1 for a fence that is not the agent's, U+FDD2 for a fence out of the ordinary, U+FDD3 for one within a line.

-- What stands behind each unit of a chat.
create or replace macro unit_mark() as
    chr(64976)
;

-- A text without the marks: U+FFFD stands in place of one that a source has, against Unicode's advice.
create or replace macro without_marks(said) as
    translate(said, concat(chr(64976), chr(64977), chr(64978), chr(64979)), repeat(chr(65533), 4))
;

-- A chat's messages without the marks, at which it would be cut.
create or replace macro unmarked(messages) as
    case
        when len(
            list_filter(
                messages,
                lambda m: contains(m.content, chr(64976)) or contains(m.content, chr(64977))
                    or contains(m.content, chr(64978)) or contains(m.content, chr(64979))
            )
        ) > 0
            then list_transform(messages, lambda m: {'role': m.role, 'content': without_marks(m.content)})
        else messages
    end
;

-- Who speaks in a role of any of the usual dialects: U user, A agent, S system, X nobody known.
create or replace macro role_letter(role) as
    case lower(role)
        when 'user' then 'U'
        when 'human' then 'U'
        when 'assistant' then 'A'
        when 'gpt' then 'A'
        when 'system' then 'S'
        else 'X'
    end
;

-- A chat as a word of role letters, in lower case where a message is blank; messages have role and content.
create or replace macro chat_outline(messages) as
    joined(
        list_transform(
            coalesce(messages, []),
            lambda m: case
                when regexp_matches(m.content, '\S') then role_letter(m.role)
                when m.content is null and role_letter(m.role) <> 'S' then 'X'
                else lower(role_letter(m.role))
            end
        ),
        ''
    )
;

-- Why a chat of that outline cannot be trained on; null where nothing speaks against it.
create or replace macro outline_exclusion(outline) as
    case
        when regexp_full_match(outline, '[Ss]*') then 'no_steps'
        when regexp_matches(outline, '[Xxua]') then 'unreadable_step'
        when regexp_matches(outline, '^[Ss]*A') then 'no_task'
        when not contains(outline, 'A') then 'no_actions'
        when regexp_matches(outline, 'U[Ss]*$') then 'truncated'
    end
;

-- What is to be said beside that reason.
create or replace macro outline_exclusion_detail(outline) as
    case outline_exclusion(outline)
        when 'unreadable_step' then concat(
            'message ', length(regexp_extract(outline, '^[^Xxua]*')) + 1,
            case
                when regexp_matches(outline, '^[^Xxua]*[ua]') then ' is empty'
                else ' has no known role or no content'
            end
        )
        when 'no_task' then 'the agent speaks first'
        when 'no_actions' then 'the agent never speaks'
        when 'truncated' then 'the agent does not answer the last message'
    end
;

-- The system prompt of a chat; null where it has none.
create or replace macro chat_system_prompt(messages) as
    nullif(
        joined(
            list_transform(
                list_filter(messages, lambda m: role_letter(m.role) = 'S'),
                lambda m: coalesce(content_text(m.content), '')
            ),
            chr(10) || chr(10)
        ),
        ''
    )
;

-- A text without blank lines or blanks before it and without blanks behind it; null where nothing is left.
create or replace macro trimmed_text(value) as
    nullif(regexp_replace(regexp_replace(value, '^(\s*\n|[ \t]+)', ''), '\s+$', ''), '')
;

-- The first line of a text.
create or replace macro first_line(value) as
    regexp_extract(value, '^[^\n]*')
;

-- What stands behind the first line, the newline included.
create or replace macro behind_first_line(value) as
    regexp_extract(value, '(?s)\n.*')
;

-- The languages that a fence can name, between blanks, the frequent ones first: those that ADP's standard form has a
-- name for. Words that say that no language follows (text, plaintext, output) are none.
create or replace macro known_languages() as
    ' python javascript java cpp bash html c sql css json sh go typescript xml r php ruby rust yaml csharp'
    || ' swift kotlin jsx shell powershell c++ c# js matlab actionscript ada afl agda angular apache applescript'
    || ' aql arduino arm as3 asciidoc asm asp aspx assembly autohotkey awk basic bat batch batchfile bibtex bison'
    || ' blade brainfuck cabal cafeobj ceylon cfg cfml chapel cil cisco clojure cmake cmd cobol coffeescript'
    || ' coldfusion commandline conf console coq cql cs csv cuda cypher cython d dart dax delphi diff django'
    || ' docker dockerfile dotenv doxygen dtd dts eigenmath ejs elisp elixir env erb erlang f# flatbuffers flux'
    || ' forth fortran freemarker fsharp gap gherkin git glsl gml gnuplot golang gradle graphql groff groovy'
    || ' handlebars haskell hcl hlsl hocon http idl idris ini isabelle jags jenkins jinja jl jldoctest jquery jsp'
    || ' julia kconfig latex ld lean less liquid lisp llvm lua m4 make makefile maple markdown mathematica mdx'
    || ' mermaid meson mongo mongodb moonscript mumps mysql nasm netlogo nginx nit nix node npm nsis objc'
    || ' objectscript ocaml octave openqasm p4 pari pascal pddl perl pgsql phpt pinescript plantuml plpgsql plsql'
    || ' postgres postgresql powerapps prolog properties proto protobuf ps pseudo pseudo_code pseudocode puppet py'
    || ' python3 qlik qmake qml qsharp racket rdf react redis regex restructuredtext rst s sage sagemath sas sass'
    || ' scad scala scheme scilab scss smalltalk smarty sml solidity sparql sqlite stan stata svelte svg swig'
    || ' systemverilog terraform tex thrift toml troff ts tsx turtle twig usql vb vba vbnet vbs vbscript vcard'
    || ' velocity verilog vhdl vim vtl vue wasm wolfram xaml xhtml xpath xslt yang yml '
;

-- The word with which a fence names its language, in lower case: that of `Python`, `{r}`, `python title="x"`, `c++`.
-- Prose behind a fence has none.
create or replace macro fence_word(info) as
    lower(
        regexp_extract(
            info,
            '^[ \t]*\{?\.?([A-Za-z][A-Za-z0-9_+#.-]*)(?:\}?[ \t\r]*|[ \t]*[:={,(\[/].*|[ \t]+\S*[={\[(.].*)$',
            1
        )
    )
;

-- Whether a fence names a known language.
create or replace macro names_language(info) as
    contains(known_languages(), concat(' ', fence_word(info), ' '))
;

-- The language that a fence names, as a word of letters, digits and underscores.
create or replace macro code_language(info) as
    replace(replace(replace(fence_word(info), 'c++', 'cpp'), 'c#', 'csharp'), 'f#', 'fsharp')
;

-- What a message that is not the agent's becomes: the environment's where it begins with `heading` on a line of its
-- own, which is cut off.
create or replace macro said_unit(message, heading) as
    case
        when message.content is null or role_letter(message.role) <> 'U' then 'X' || coalesce(message.content, '')
        when starts_with(message.content, heading)
            and regexp_matches(substr(message.content, length(heading) + 1), '^[ \t\r]*\n')
            then 'E' || substr(behind_first_line(message.content), 2)
        else 'U' || message.content
    end
;

-- The units of a chat whose agent writes code in fences, as one text. The whole chat is cut at its fences at once: as
-- long as all is in order, every other piece is the inside of a block. Where a fence is out of the ordinary U+FDD2 is
-- in the text, and careful_chat has to read the chat. (No `case` around the lambdas: it takes twice as long.)
create or replace macro fenced_chat(messages, heading) as
    joined(
        list_transform(
            string_split(
                joined(
                    list_transform(
                        coalesce(messages, []),
                        lambda m: case
                            when role_letter(m.role) = 'S' then ''
                            when role_letter(m.role) = 'A' and m.content is not null
                                then concat('A', chr(10), m.content, unit_mark())
                            else concat(replace(said_unit(m, heading), '```', chr(64977)), unit_mark())
                        end
                    ),
                    ''
                ),
                chr(10) || '```'
            ),
            lambda piece, place: case
                when contains(piece, '```') then chr(64978)
                when place % 2 = 1 then
                    case
                        when place = 1 or piece = '' or starts_with(piece, chr(10)) or starts_with(piece, unit_mark())
                            then piece
                        else chr(64978)
                    end
                when starts_with(piece, '`') or contains(piece, unit_mark()) or not contains(piece, chr(10))
                    then chr(64978)
                when names_language(first_line(piece)) and regexp_matches(piece, '\n\s*\S')
                    then concat(unit_mark(), 'C', piece, unit_mark(), 'M')
                else concat(chr(10), '```', piece, chr(10), '```')
            end
        ),
        ''
    )
;

-- A text cut at its fences; the first piece is what stands before them. A fence that is indented has its indentation
-- between two U+FDD2 behind it, one within a line begins with U+FDD3.
create or replace macro fence_pieces(content) as
    string_split(
        regexp_replace(
            regexp_replace(
                chr(10) || content,
                '\n([ \t]+)```', concat(chr(10), '```', chr(64978), '\1', chr(64978)), 'g'
            ),
            '([^\n`])```([A-Za-z][A-Za-z0-9_+#.-]*[ \t\r]*\n)', concat('\1', chr(10), '```', chr(64979), '\2'), 'g'
        ),
        chr(10) || '```'
    )
;

-- The indentation of a fence.
create or replace macro fence_indent(piece) as
    regexp_extract(piece, concat('^', chr(64978), '([ \t]*)', chr(64978)), 1)
;

-- What stands behind a fence, without the marks of fence_pieces.
create or replace macro behind_fence(piece) as
    regexp_replace(piece, concat('^(', chr(64979), '|', chr(64978), '[ \t]*', chr(64978), ')'), '')
;

-- A piece as it was in the text, its fence included.
create or replace macro with_fence(piece) as
    case
        when starts_with(piece, chr(64979)) then '```' || behind_fence(piece)
        else concat(chr(10), fence_indent(piece), '```', behind_fence(piece))
    end
;

-- What stands on the line of a fence.
create or replace macro fence_info(piece) as
    regexp_replace(first_line(behind_fence(piece)), '^`*[ \t]*|\s+$', '', 'g')
;

-- A fence as read_fence looks at it. Its kind: b nothing behind it, l a language, m one whose texts hold fences, i a
-- language though within a line, j within a line, q backticks, w a word, p prose. A block without content names none.
create or replace macro fence_traits(piece) as
    {
        'ticks': length(regexp_extract(behind_fence(piece), '^`*')),
        'indent': length(fence_indent(piece)),
        'kind': case
            when names_language(fence_info(piece)) and regexp_matches(behind_fence(piece), '\n\s*\S') then
                case
                    when starts_with(piece, chr(64979)) then 'i'
                    when code_language(fence_info(piece)) in ('markdown', 'mdx', 'rst') then 'm'
                    else 'l'
                end
            when starts_with(piece, chr(64979)) then 'j'
            when fence_info(piece) = '' then 'b'
            when contains(fence_info(piece), '`') then 'q'
            when contains(fence_info(piece), ' ') then 'p'
            else 'w'
        end,
        'depth': 0,
        'moves': ''
    }
;

-- What a fence does to a reader inside of `depth` blocks; the other fields of `state` are the outer block's.
--   O o   opens a block of code, of text          C c   closes it
--   R r   the same, though a block of code, of    k     part of the block: a shorter or deeper fence, or one of a block
--         text was not closed                           within a Markdown text
--   t     no fence after all
create or replace macro fence_move(state, fence) as
    case
        when state.depth = 0 and fence.kind in ('j', 'q') then 't'
        when state.depth = 0 and fence.kind in ('l', 'm', 'i') then 'O'
        when state.depth = 0 then 'o'
        when fence.kind in ('i', 'j') or fence.ticks < state.ticks or fence.indent > state.indent + 3 then 'k'
        when fence.kind = 'b' and state.depth > 1 then 'k'
        when state.kind = 'm' and fence.kind in ('l', 'm', 'w') then 'k'
        when fence.kind in ('l', 'm') then case when state.kind in ('l', 'm', 'i') then 'R' else 'r' end
        else case when state.kind in ('l', 'm', 'i') then 'C' else 'c' end
    end
;

-- The reader behind one more fence; `moves` are those of all fences so far.
create or replace macro read_fence(state, fence) as
    list_transform(
        [fence_move(state, fence)],
        lambda move: {
            'ticks': case when move in ('O', 'o', 'R', 'r') then fence.ticks else state.ticks end,
            'indent': case when move in ('O', 'o', 'R', 'r') then fence.indent else state.indent end,
            'kind': case when move in ('O', 'o', 'R', 'r') then fence.kind else state.kind end,
            'depth': case
                when move in ('O', 'o', 'R', 'r') then 1
                when move in ('C', 'c', 't') then 0
                when fence.ticks < state.ticks or fence.indent > state.indent + 3 then state.depth
                when fence.kind = 'b' then state.depth - 1
                when fence.kind in ('l', 'm', 'w') then state.depth + 1
                else state.depth
            end,
            'moves': state.moves || move
        }
    )[1]
;

-- The moves of all fences. A block that nobody closes is text; x closes a block of code and is text.
create or replace macro fence_moves(pieces) as
    regexp_replace(
        regexp_replace(
            list_reduce(
                list_transform(
                    pieces,
                    lambda piece, place: case
                        when place = 1 then {'ticks': 0, 'indent': 0, 'kind': '', 'depth': 0, 'moves': ''}
                        else fence_traits(piece)
                    end
                ),
                lambda state, fence: read_fence(state, fence)
            ).moves,
            '[Or](k*)$', 't\1'
        ),
        'R(k*)$', 'x\1'
    )
;

-- A piece with its fence, or with the marks of units for it. `block` is the piece that opened the block of code around
-- it, null outside of one: by its indentation the piece is moved to the left.
create or replace macro marked_piece(piece, move, block) as
    case
        when move = 'C' then concat(unit_mark(), 'M', fence_info(piece), behind_first_line(behind_fence(piece)))
        when move = 'x' then concat(unit_mark(), 'M', with_fence(piece))
        when block is null then with_fence(piece)
        else concat(
            case when move = 'R' then unit_mark() || 'M' end,
            case when move in ('O', 'R', 'r') then concat(unit_mark(), 'C', fence_info(piece)) end,
            replace(
                case when move = 'k' then with_fence(piece) else behind_first_line(behind_fence(piece)) end,
                chr(10) || fence_indent(block),
                chr(10)
            )
        )
    end
;

-- An agent's message with its code as units, whatever its fences are like: of more than three backticks, indented as in
-- a list, within a line, within a Markdown block, with prose behind the closing one, never closed (which is just text).
create or replace macro careful_fences(content) as
    list_transform(
        [fence_pieces(content)],
        lambda pieces: list_transform(
            [fence_moves(pieces)],
            lambda moves: joined(
                list_transform(
                    pieces,
                    lambda piece, place: case
                        when place = 1 then piece
                        else marked_piece(
                            piece,
                            moves[place - 1],
                            case
                                when regexp_matches(substr(moves, 1, place - 1), '[ORr]k*$')
                                    then pieces[length(regexp_extract(substr(moves, 1, place - 1), '^.*[ORr]')) + 1]
                            end
                        )
                    end
                ),
                ''
            )
        )[1]
    )[1]
;

-- The same as fenced_chat, for chats with fences out of the ordinary.
create or replace macro careful_chat(messages, heading) as
    joined(
        list_transform(
            messages,
            lambda m: case
                when role_letter(m.role) = 'S' then ''
                when role_letter(m.role) = 'A' and m.content is not null
                    then concat('A', careful_fences(m.content), unit_mark())
                else concat(said_unit(m, heading), unit_mark())
            end
        ),
        ''
    )
;

-- The units of a chat, from what fenced_chat made of it.
create or replace macro chat_units(messages, heading, marked) as
    string_split(
        case when contains(marked, chr(64978)) then careful_chat(messages, heading) else marked end,
        unit_mark()
    )
;

-- The letters of a chat's units as one word: T is an A that became a thought, - a unit that is nothing.
create or replace macro unit_letters(units) as
    replace(
        replace(
            joined(
                list_transform(
                    units,
                    lambda unit: case when regexp_matches(unit, '^(M\s*)?$') then '-' else unit[1] end
                ),
                ''
            ),
            'AC', 'TC'
        ),
        'AS', 'TS'
    )
;

-- The places of the units that are steps, in order.
create or replace macro step_places(letters) as
    list_filter(generate_series(1, length(letters)), lambda place: letters[place] not in ('T', '-'))
;

-- The text of a unit.
create or replace macro unit_text(unit, letter) as
    substr(
        unit,
        case letter
            when 'A' then 3
            when 'C' then strpos(unit, chr(10)) + 1
            else 2
        end
    )
;

-- The number of the model call that an action's unit came from; null for observations.
create or replace macro unit_turn_index(letters, place) as
    case
        when letters[place] not in ('U', 'E', 'X')
            then cast(place - 1 - length(translate(substr(letters, 1, place), 'ATY', '')) as integer)
    end
;

-- The id of a call, or of the call that an observation of the environment answers: the last one of the message before.
-- What nobody known says in its place is taken for the answer, too: it is the environment's like all that is left.
create or replace macro unit_call_id(letters, place, step_index) as
    case
        when letters[place] = 'C' then concat('call_', step_index)
        when letters[place] in ('E', 'X') then
            case
                when regexp_matches(substr(letters, 1, place - 1), 'C-*$') then concat('call_', step_index - 1)
                when regexp_matches(substr(letters, 1, place - 1), 'C-*M-*$') then concat('call_', step_index - 2)
            end
    end
;

-- The details of a call that no observation names: its result is `shared`, it comes with that of the last call of its
-- turn, or there is `none`. Null for a call that has its own, or that stands in the last message.
create or replace macro unit_details(letters, place) as
    case
        when letters[place] <> 'C' then cast(null as json)
        when regexp_matches(substr(letters, place + 1), '^-*(M-*)?[EX]') then null
        when regexp_full_match(substr(letters, place + 1), '[CMS-]*') then null
        when regexp_matches(substr(letters, place + 1), '^[CM-]*[EX]') then cast('{"result":"shared"}' as json)
        else cast('{"result":"none"}' as json)
    end
;

-- The step that a unit becomes. `unit` and `text` are its own, `before` is the unit before it.
create or replace macro unit_step(letters, place, step_index, unit, text, before) as
    {
        'step_index': cast(step_index as integer),
        'turn_index': unit_turn_index(letters, place),
        'class': case
            when letters[place] = 'C' then 'code_action'
            when letters[place] in ('U', 'E', 'X') then 'text_observation'
            else 'message_action'
        end,
        'kind': case when letters[place] in ('U', 'E', 'X') then 'observation' else 'action' end,
        'source': case
            when letters[place] = 'U' then 'user'
            when letters[place] in ('E', 'X') then 'environment'
            else 'agent'
        end,
        'content': case
            when letters[place] = 'M' then trimmed_text(text)
            when contains(text, chr(64977)) then replace(text, chr(64977), '```')
            else text
        end,
        'language': case when letters[place] = 'C' then code_language(substr(first_line(unit), 2)) end,
        'thought': case when letters[place - 1] = 'T' then trimmed_text(substr(before, 2)) end,
        'tool_call_id': unit_call_id(letters, place, step_index)
    }
;

-- The units of a chat that are steps, each with its place, the letters of all and, where that is a thought, the unit
-- before it. (The units are given a name first, so that whatever makes them is worked out once.)
create or replace macro placed_units(units) as
    list_transform(
        [units],
        lambda chat: list_transform(
            [unit_letters(chat)],
            lambda letters: list_transform(
                step_places(letters),
                lambda place, number: {
                    'letters': letters,
                    'place': place,
                    'step_index': number - 1,
                    'unit': chat[place],
                    'before': case when letters[place - 1] = 'T' then chat[place - 1] end
                }
            )
        )[1]
    )[1]
;

-- The text of one of these.
create or replace macro placed_text(placed) as
    unit_text(placed.unit, placed.letters[placed.place])
;

-- The step that it becomes, with this text.
create or replace macro placed_step(placed, text) as
    unit_step(placed.letters, placed.place, placed.step_index, placed.unit, text, placed.before)
;

-- An agent's message of prose with tags as units: code in <execute>, an answer in <solution>. Where the tags do not
-- come in pairs the last <solution> counts, else the last <execute>, and what stands before it is the thought.
create or replace macro tagged_units(content) as
    case
        when regexp_matches(content, '<(execute|solution)>\s*</(execute|solution)>') then 'Y' || content
        when regexp_full_match(
            joined(regexp_extract_all(content, '</?(execute|solution)>'), ''),
            '(<execute></execute>|<solution></solution>)+'
        ) then concat(
            'A', chr(10),
            regexp_replace(
                replace(
                    replace(
                        replace(
                            replace(content, '</execute>', unit_mark() || 'M'),
                            '</solution>', unit_mark() || 'M'
                        ),
                        '<execute>', concat(unit_mark(), 'Cpython', chr(10))
                    ),
                    '<solution>', unit_mark() || 'S'
                ),
                concat(unit_mark(), 'M([^', unit_mark(), ']*)$'), concat(unit_mark(), '-\1')
            )
        )
        when regexp_matches(content, '(?s)<solution>.*</solution>') then concat(
            'A', chr(10),
            regexp_replace(
                content,
                '(?s)^(.*)<solution>(.*)</solution>(.*)$',
                concat('\1', unit_mark(), 'S\2', unit_mark(), '-\3')
            )
        )
        when regexp_matches(content, '(?s)<execute>.*</execute>') then concat(
            'A', chr(10),
            regexp_replace(
                content,
                '(?s)^(.*)<execute>(.*)</execute>(.*)$',
                concat('\1', unit_mark(), 'Cpython', chr(10), '\2', unit_mark(), '-\3')
            )
        )
        else concat('A', chr(10), content)
    end
;

-- The two halves of prose such as "Thought: ... Action: ...": what stands before the label of the act (without its own
-- label), and behind it. The labels are regular expressions. An act begins on a line of its own where there is such a
-- line. Null where nothing is labelled as an act.
create or replace macro prose_halves(content, thought_label, act_label) as
    case
        when regexp_matches(content, '(?:^|\n)\s*(?:' || act_label || '):') then regexp_extract(
            content,
            '(?s)^\s*(?:(?:' || thought_label || '):\s*)?(.*?)\s*(?:^|\n)\s*(' || act_label || '):\s*(.*)$',
            ['thought', 'label', 'act']
        )
        when regexp_matches(content, '\s(?:' || act_label || '):') then regexp_extract(
            content,
            '(?s)^\s*(?:(?:' || thought_label || '):\s*)?(.*?)\s(' || act_label || '):\s*(.*)$',
            ['thought', 'label', 'act']
        )
    end
;

-- An agent's message in the form of "Think: ... Act: ..." as units: bash with code in a fence, answer(...), or finish.
-- Of a message with several acts AgentBench, where these chats come from, takes the last one, and runs all blocks of
-- bash that are in it as one.
create or replace macro act_units(content) as
    list_transform(
        [
            {
                'first': prose_halves(content, 'Think', 'Act'),
                'last': case
                    when regexp_matches(content, '\n\s*Act:(?s:.*)\n\s*Act:\s*(?:answer\(|finish\b)')
                        then regexp_extract(
                            content, '(?s)^\s*(?:Think:\s*)?(.*\S)\s*\n\s*Act:\s*(.*)$', ['thought', 'act']
                        )
                end
            }
        ],
        lambda halves: list_transform(
            [
                {
                    'thought': coalesce(halves.last.thought, halves.first.thought),
                    'act': coalesce(halves.last.act, halves.first.act)
                }
            ],
            lambda said: case
                when regexp_matches(said.act, '(?s)^bash\s*\n\s*```bash[ \t]*\n.*\n[ \t]*```.*\n```bash[ \t]*\n.*\n```')
                then concat(
                    'A', chr(10), said.thought, unit_mark(), 'Cbash', chr(10),
                    array_to_string(
                        regexp_extract_all(said.act, '(?s)```bash[ \t]*\n(.*?)\n[ \t]*```', 1), chr(10) || chr(10)
                    ),
                    unit_mark(), '-', regexp_extract(said.act, '(?s)```bash[ \t]*\n.*?\n[ \t]*```(.*)$', 1)
                )
                when regexp_matches(said.act, '(?is)^bash\s*\n\s*```(?:bash|sh|shell)?[ \t]*\n.*\S.*\n[ \t]*```')
                then concat(
                    'A', chr(10), said.thought,
                    regexp_replace(
                        said.act,
                        '(?is)^bash\s*\n\s*```(?:bash|sh|shell)?[ \t]*\n(.*)\n[ \t]*```(.*)$',
                        concat(unit_mark(), 'Cbash', chr(10), '\1', unit_mark(), '-\2')
                    )
                )
                when regexp_matches(said.act, '(?is)^answer\(.*\)') then concat(
                    'A', chr(10), said.thought,
                    regexp_replace(
                        said.act,
                        '(?is)^answer\((.*)\)(.*)$',
                        concat(unit_mark(), 'S<solution> \1 </solution>', unit_mark(), '-\2')
                    )
                )
                when regexp_matches(said.act, '(?i)^finish\b') then concat(
                    'A', chr(10), said.thought, unit_mark(), 'S', unit_mark(), '-', substr(said.act, 7)
                )
                else 'Y' || content
            end
        )[1]
    )[1]
;

-- What an agent's message says behind its last block, as far as it has words; null where nothing stands there.
create or replace macro unit_behind(units, letters, place) as
    case
        when letters[place + 1] = '-' and regexp_matches(units[place + 1], '\w')
            then trimmed_text(substr(units[place + 1], 2))
    end
;

-- The units of a chat whose agent's messages are read by themselves: `acts` are the units of each message, if it is the
-- agent's.
create or replace macro act_chat(messages, acts, heading) as
    array_to_string(
        list_transform(
            coalesce(messages, []),
            lambda m, place: case
                when role_letter(m.role) = 'S' then ''
                when role_letter(m.role) = 'A' and m.content is not null then acts[place] || unit_mark()
                else said_unit(m, heading) || unit_mark()
            end
        ),
        ''
    )
;

-- What the first message says that no rule reads, with its number; null where there is none.
create or replace macro unread_message(acts) as
    list_transform(
        list_filter(acts, lambda act, place: starts_with(act, 'Y')),
        lambda act: concat('message ', list_position(acts, act), ': ', substr(cast(act as varchar), 2, 200))
    )[1]
;

-- Messages with role and content, whether the source calls them so or from and value.
create or replace macro dialect_free(messages) as
    list_transform(
        coalesce(messages, []),
        lambda m: {
            'role': coalesce(m.role, m."from"), 'content': without_marks(coalesce(m.content, m.value)), 'loss': m.loss
        }
    )
;

-- The instructions that a task at a shell begins with; null where there are none.
create or replace macro shell_prompt(value) as
    nullif(regexp_extract(value, '(?s)^You are an assistant.*\n\nNow, my problem is:\n'), '')
;

-- ---------------------------------------------------------------------------------------- calls of shell agents
--
-- What SWE-agent, mini-swe-agent and OpenHands write, as far as several datasets share it.

-- The segments of a trajectory in the order in which results stand behind their calls, each with its link.
create or replace macro placed_segments(segments) as
    list_transform(
        [link_segments(segments)],
        lambda found: list_transform(
            list_zip(
                case when found.places is null then segments else list_select(segments, found.places) end, found.links
            ),
            lambda pair: {'segment': pair[1], 'link': pair[2]}
        )
    )[1]
;

-- The first step that could not be read, and why: an aggregate over the steps of a trajectory.
create or replace macro first_unreadable(step_index, details) as
    arg_min('step ' || step_index || ': ' || (details ->> '$.unreadable'), step_index)
;

-- Whether a message calls in tags: one that only speaks of `<function=finish>` does not.
create or replace macro calls_in_tags(content) as
    contains(content, '<function=')
    and regexp_matches(content, '<function=[^>\n]*>\s*(\n|<parameter=|</function>|$)')
;

-- A call in tags with the end that a sampler left out: models stop at `</function>`, so that the last words of a
-- message may be `</parameter>`, `</` or `</function`. Only a message with a single call is mended.
create or replace macro with_call_end(content) as
    case
        when len(string_split(content, '<function=')) <> 2 or contains(content, '</function>') then content
        else regexp_replace(content, '\s*(</(function)?)?\s*$', '') || chr(10) || '</function>'
    end
;

-- A call in tags, `name>...</function>`: what is called, its arguments, or why they cannot be read. `types` maps the
-- names of parameters to their type in the tool's schema, as far as it is not string.
create or replace macro tag_call(text, types) as
    list_transform(
        [function_call_parameters(text)],
        lambda parameters: list_transform(
            [list_transform(parameters, lambda parameter: tag_name(parameter))],
            lambda names: {
                'called': trim(tag_name(text)),
                'arguments': parameters_as_json(parameters, types),
                'problem': case
                    when trim(tag_name(text)) = '' then 'a call without a name'
                    when parameters is null or not regexp_full_match(array_to_string(names, ' '), '[\w.: -]*')
                        then 'a call whose parameters cannot be told apart'
                    when len(names) <> len(list_distinct(names)) then 'a call that gives a parameter twice'
                end
            }
        )[1]
    )[1]
;

-- The types of the parameters of OpenHands' and SWE-agent's editor that are no texts.
create or replace macro editor_types() as
    map {'insert_line': 'integer', 'view_range': 'array'}
;

-- The segments of a message with a block of bash, as mini-swe-agent finds it: the first line that begins with a fence
-- ends it, whatever it is in. `THOUGHT:` in front of the thought is a mark of the format.
create or replace macro bash_block_segments(content, turn) as
    list_transform(
        [
            regexp_extract(
                content, '(?s)^(.*?)```bash\s*\n(.*?)\n```(.*)$', ['thought', 'command', 'behind']
            )
        ],
        lambda said: list_filter(
            [
                segment('fenced_call', turn, said.thought, null, said.command, null),
                segment('words', turn, null, null, without_outer_blanks(said.behind), null)
            ],
            lambda part: part.text is not null
        )
    )[1]
;

-- How many blocks of bash mini-swe-agent finds in a message.
create or replace macro bash_block_count(content) as
    case
        when contains(content, '```bash') then len(regexp_extract_all(content, '(?s)```bash\s*\n(.*?)\n```'))
        else 0
    end
;

-- A thought without the headings that its format puts in front and behind.
create or replace macro without_headings(thought) as
    without_outer_blanks(
        regexp_replace(
            regexp_replace(thought, '^\s*(THOUGHT:|DISCUSSION(:|[ \t\r]*\n))', ''), '(^|\n)[ \t]*COMMAND:?\s*$', ''
        )
    )
;

-- The words of a line as a shell takes them apart: bare, in single or double quotes, with backslashes; null where a
-- quote is left open.
create or replace macro quoted_words(line) as
    case
        when regexp_full_match(line, '\s*((?:[^\s''"\\]|\\.|''[^'']*''|"(?:[^"\\]|\\.)*")+(\s+|$))*') then
            list_transform(
                regexp_extract_all(line, '(?:[^\s''"\\]|\\.|''[^'']*''|"(?:[^"\\]|\\.)*")+'),
                lambda word: array_to_string(
                    list_transform(
                        regexp_extract_all(word, '[^''"\\]+|\\.|''[^'']*''|"(?:[^"\\]|\\.)*"'),
                        lambda part: case
                            when starts_with(part, '''') then substr(part, 2, length(part) - 2)
                            when starts_with(part, '"')
                                then regexp_replace(substr(part, 2, length(part) - 2), '\\(["\\$`])', '\1', 'g')
                            when starts_with(part, '\') then substr(part, 2)
                            else part
                        end
                    ),
                    ''
                )
            )
    end
;

-- SWE-agent's `edit 3:5`, the new lines below, `end_of_edit` on a line of its own: the numbers, the new lines, each
-- with its line break, and what stands behind. `is_edit` is false for anything else.
create or replace macro line_edit(command) as
    list_transform(
        [
            regexp_extract(
                command,
                '^\s*edit\s+([0-9]{1,18}):([0-9]{1,18})[ \t]*\r?(\n(?s:.*))$',
                ['first', 'last', 'text']
            )
        ],
        lambda edit: list_transform(
            [
                regexp_extract(
                    edit.text, '(?s)^(.*?\n)end_of_edit[ \t\r]*(?:\n(.*))?$', ['replacement', 'behind']
                )
            ],
            lambda cut: {
                'is_edit': edit.text <> '',
                'first': try_cast(edit.first as bigint),
                'last': try_cast(edit.last as bigint),
                'replacement': case
                    when regexp_matches(edit.text, '\nend_of_edit[ \t\r]*(\n|$)') then substr(cut.replacement, 2)
                    else substr(edit.text, 2) || case when ends_with(edit.text, chr(10)) then '' else chr(10) end
                end,
                'behind': without_outer_blanks(cut.behind)
            }
        )[1]
    )[1]
;

-- A call of one of the commands of SWE-agent's editor with a window, as a function and its arguments; the function is
-- null for what just goes to the shell, such as a call that does not fit the command.
create or replace macro window_command(command) as
    list_transform(
        [{
            'edit': line_edit(command),
            'words': case when not contains(without_outer_blanks(command), chr(10)) then quoted_words(command) end
        }],
        lambda read: case
            when read.edit.is_edit then {
                'called': 'edit',
                'arguments': json_object(
                    'start_line', read.edit.first,
                    'end_line', read.edit.last,
                    'replacement_text', read.edit.replacement
                ),
                'behind': read.edit.behind
            }
            when len(read.words) = 1 and read.words[1] in ('scroll_down', 'scroll_up', 'submit')
                then {'called': read.words[1], 'arguments': json('{}'), 'behind': null}
            when len(read.words) = 2 and read.words[1] = 'create'
                then {'called': 'create', 'arguments': json_object('filename', read.words[2]), 'behind': null}
            when len(read.words) = 2 and read.words[1] = 'goto' and regexp_full_match(read.words[2], '[0-9]{1,18}')
                then {
                    'called': 'goto',
                    'arguments': json_object('line_number', try_cast(read.words[2] as bigint)),
                    'behind': null
                }
            when len(read.words) = 2 and read.words[1] = 'open'
                then {'called': 'open', 'arguments': json_object('path', read.words[2]), 'behind': null}
            when len(read.words) = 3 and read.words[1] = 'open' and regexp_full_match(read.words[3], '[0-9]{1,18}')
                then {
                    'called': 'open',
                    'arguments': json_object('path', read.words[2], 'line_number', try_cast(read.words[3] as bigint)),
                    'behind': null
                }
            when len(read.words) in (2, 3) and read.words[1] in ('find_file', 'search_dir', 'search_file')
                then {
                    'called': read.words[1],
                    'arguments': json_merge_patch(
                        '{}',
                        json_object(
                            case read.words[1] when 'find_file' then 'file_name' else 'search_term' end, read.words[2],
                            case read.words[1] when 'search_file' then 'file' else 'dir' end, read.words[3]
                        )
                    ),
                    'behind': null
                }
        end
    )[1]
;

-- A source's list of tools, given as JSON text, in its canonical form; a tool without its envelope gets one. Null where
-- there is no such list.
create or replace macro listed_tools(tools) as
    list_transform(
        [try_cast(tools as json)],
        lambda listed: case
            when json_type(listed) = 'ARRAY' and json_array_length(listed) > 0 then canonical_tools(
                to_json(
                    list_transform(
                        json_extract(listed, '$[*]'),
                        lambda tool: case
                            when json_type(tool, '$.function') = 'OBJECT' then json_merge_patch('{}', tool)
                            else json_object('type', 'function', 'function', json_merge_patch('{}', tool))
                        end
                    )
                )
            )
        end
    )[1]
;

-- What an act of OpenHands says of itself without its thought and what only its program is told.
create or replace macro without_bookkeeping(extras) as
    json_merge_patch(
        extras,
        '{"thought":null,"hidden":null,"blocking":null,"background":null,"keep_prompt":null,"include_extra":null,'
        || '"is_confirmed":null,"confirmation_state":null,"wait_for_response":null,"timestamp":null}'
    )
;

-- A text as Python shows it: in single quotes unless it holds some and no double ones, what is not seen escaped.
create or replace macro shown_text(value) as
    list_transform(
        [
            replace(
                replace(
                    replace(
                        replace(
                            replace(
                                replace(replace(value, '\', '\\'), chr(10), '\n'), chr(13), '\r'
                            ),
                            chr(9), '\t'
                        ),
                        chr(160), '\xa0'
                    ),
                    chr(173), '\xad'
                ),
                chr(8203), '\u200b'
            )
        ],
        lambda escaped: case
            when contains(escaped, '''') and not contains(escaped, '"') then concat('"', escaped, '"')
            else concat('''', replace(escaped, '''', '\'''), '''')
        end
    )[1]
;

-- The properties of a node of Chromium's accessibility tree as they are shown beside its name.
create or replace macro shown_properties(properties) as
    list_filter(
        list_transform(
            json_extract(properties, '$[*]'),
            lambda property: case
                when not json_exists(property, '$.value.value') then null
                when (property ->> '$.name') in (
                    'editable', 'readonly', 'level', 'settable', 'multiline', 'invalid', 'focusable'
                ) then null
                when (property ->> '$.name') in ('required', 'focused', 'atomic') then
                    case
                        when (property ->> '$.value.value') not in ('false', '', '0') then property ->> '$.name'
                    end
                when json_type(property, '$.value.value') = 'VARCHAR'
                    then concat(property ->> '$.name', '=', shown_text(property ->> '$.value.value'))
                else
                    concat(property ->> '$.name', '=', python_literal(json_extract(property, '$.value.value')))
            end
        ),
        lambda shown: shown is not null
    )
;

-- Whether a node of an accessibility tree has a line of its own: not without a name, not as a box that says nothing,
-- and not as a text that its parent's name holds already.
create or replace macro is_shown_node(role, name, properties, parent_name) as
    role <> 'LineBreak'
    and name is not null
    and (role <> 'generic' or len(properties) > 0)
    and (role <> 'StaticText' or not contains(parent_name, name))
;

-- -------------------------------------------------------------------------------- taken in and given out: JSON objects

-- The members of a JSON object in their order, as structs of key and value (null for null); null for anything else.
create or replace macro object_members(object) as
    map_entries(try_cast(try_cast(object as json) as map(varchar, json)))
;

-- What a call of `finish` says: its message. One that has none says whatever else it is given, as some agents'
-- `finish(answer="42")` does: texts as they are, anything else as JSON.
create or replace macro finish_words(arguments) as
    coalesce(
        nullif(arguments ->> '$.message', ''),
        nullif(
            joined(
                list_transform(
                    list_filter(
                        object_members(arguments),
                        lambda member: member.key not in ('message', 'task_completed')
                            and json_type(member.value) <> 'NULL'
                    ),
                    lambda member: member.value ->> '$'
                ),
                chr(10) || chr(10)
            ),
            ''
        ),
        arguments ->> '$.message',
        'Task completed.'
    )
;

-- A JSON object of members that are given as such structs.
create or replace macro object_of(members) as
    cast(
        '{'
        || array_to_string(
            list_transform(
                members,
                lambda member: concat(to_json(member.key), ':', coalesce(cast(member.value as varchar), 'null'))
            ),
            ','
        )
        || '}' as json
    )
;

-- A JSON object with those members of another that it lacks; members that are null stay null.
create or replace macro with_missing_members(object, more) as
    -- each argument is written down once: a macro that names one several times doubles the plan of whatever it is given
    list_transform(
        [{'object': object, 'more': more}],
        lambda sides: case
            when sides.object is null then sides.more
            when sides.more is null then sides.object
            else object_of(
                list_concat(
                    object_members(sides.object),
                    list_filter(
                        object_members(sides.more),
                        lambda member: not list_contains(json_keys(sides.object), member.key)
                    )
                )
            )
        end
    )[1]
;

-- A JSON object without the members that are null, and without those that are named.
create or replace macro without_members(object, names) as
    object_of(
        list_filter(
            object_members(object),
            lambda member: not list_contains(names, member.key)
                and coalesce(cast(member.value as varchar), 'null') <> 'null'
        )
    )
;

-- Whether two JSON objects say the same: the order of members does not count, nor does one that is null.
create or replace macro same_object(one, other) as
    list_sort(list_transform(object_members(without_members(one, [])), lambda member: cast(member as varchar)))
    is not distinct from
    list_sort(list_transform(object_members(without_members(other, [])), lambda member: cast(member as varchar)))
;

-- The text of a JSON value: of a string what it says, of anything else its JSON; null of null.
create or replace macro json_text(value) as
    case json_type(value) when 'NULL' then null when 'VARCHAR' then value ->> '$' else cast(value as varchar) end
;

-- A tool's JSON schema as far as calls show it: `arguments` is a list of the argument objects that it was called with.
-- An argument has a type where all values are of one; none is required.
create or replace macro schema_of_calls(arguments) as
    list_transform(
        [list_distinct(flatten(list_transform(arguments, lambda passed: coalesce(json_keys(passed), []))))],
        lambda parameters: concat(
            '{"type":"object","properties":{',
            array_to_string(
                list_transform(
                    list_sort(parameters),
                    lambda parameter: concat(
                        to_json(parameter),
                        ':',
                        list_transform(
                            [
                                list_distinct(
                                    list_transform(
                                        flatten(list_transform(arguments, lambda passed: object_members(passed))),
                                        lambda member: case
                                            when member.key <> parameter then null
                                            when member.value is null then null
                                            else case json_type(member.value)
                                                when 'VARCHAR' then 'string'
                                                when 'BIGINT' then 'integer'
                                                when 'UBIGINT' then 'integer'
                                                when 'DOUBLE' then 'number'
                                                when 'BOOLEAN' then 'boolean'
                                                when 'ARRAY' then 'array'
                                                when 'OBJECT' then 'object'
                                            end
                                        end
                                    )
                                )
                            ],
                            -- list_distinct leaves nulls out
                            lambda types: case when len(types) = 1 then '{"type":"' || types[1] || '"}' else '{}' end
                        )[1]
                    )
                ),
                ','
            ),
            '}}'
        )
    )[1]
;

-- -------------------------------------------------------------------- the standardized form of the Agent Data Protocol

-- One event. Members that the protocol added later (tool_call_id, reasoning_content, reward) stand only where there is
-- a value.
create or replace macro std_event(
    class, source, content, name, url, html, axtree, images, annotations, viewport, language, function, arguments,
    description, tool_call_id, reasoning, reward
) as
    concat(
        '{"class_":"', class, '"',
        case class
            when 'text_observation' then
                concat(
                    ',"content":', coalesce(to_json(content), '""'),
                    ',"name":', coalesce(to_json(name), 'null'),
                    ',"source":', to_json(source)
                )
            when 'web_observation' then
                concat(
                    ',"html":', coalesce(to_json(html), 'null'),
                    ',"axtree":', coalesce(to_json(axtree), 'null'),
                    ',"url":', coalesce(to_json(url), 'null'),
                    ',"image_observation":',
                    case
                        when images[1].path is null then 'null'
                        else concat(
                            '{"class_":"image_observation","content":', to_json(images[1].path),
                            ',"annotations":', coalesce(annotations, 'null'),
                            ',"source":', to_json(source), '}'
                        )
                    end,
                    ',"viewport_size":', coalesce(viewport, 'null')
                )
            when 'image_observation' then
                concat(
                    ',"content":', coalesce(to_json(images[1].path), '""'),
                    ',"annotations":', coalesce(annotations, 'null'),
                    ',"source":', to_json(source)
                )
            when 'code_action' then
                concat(
                    ',"language":', to_json(language),
                    ',"content":', coalesce(to_json(content), '""'),
                    ',"description":', coalesce(to_json(description), 'null')
                )
            when 'api_action' then
                concat(
                    ',"function":', to_json(function),
                    ',"kwargs":', coalesce(arguments, '{}'),
                    ',"description":', coalesce(to_json(description), 'null')
                )
            when 'message_action' then
                concat(
                    ',"content":', coalesce(to_json(content), '""'),
                    ',"description":', coalesce(to_json(description), 'null')
                )
            else error('no event for class ' || class)
        end,
        ',"tool_call_id":' || to_json(tool_call_id),
        ',"reasoning_content":' || to_json(reasoning),
        ',"reward":' || to_json(reward),
        '}'
    )
;

-- What a message says without the <finish> tags that mark a trajectory's last one; within it a blank stands for a tag.
create or replace macro without_finish(content) as
    case
        when contains(content, '<finish>') then trim(
            regexp_replace(
                regexp_replace(
                    regexp_replace(content, '^\s*<finish>|</finish>\s*$', '', 'g'),
                    '(\S) ?</?finish> ?(\S)', '\1 \2', 'g'
                ),
                ' ?</?finish> ?', '', 'g'
            ),
            e' \n\t\r'
        )
        else content
    end
;

-- Arguments that were written as fragments of Python code, as the converters of 2025 did, as values: a text between
-- quotes loses them (what is inside was never escaped), and what reads as a number or as True or False is one.
create or replace macro values_of_fragments(arguments) as
    object_of(
        list_transform(
            object_members(arguments),
            lambda member: {
                'key': member.key,
                'value': case
                    when json_type(member.value) <> 'VARCHAR' then member.value
                    when regexp_full_match(member.value ->> '$', '(?s)".*"|''.*''')
                        then to_json(substr(member.value ->> '$', 2, length(member.value ->> '$') - 2))
                    when regexp_full_match(member.value ->> '$', '-?(0|[1-9][0-9]{0,17})([.][0-9]{1,17})?')
                        then cast(member.value ->> '$' as json)
                    when (member.value ->> '$') in ('True', 'False') then cast(lower(member.value ->> '$') as json)
                    else member.value
                end
            }
        )
    )
;

-- ----------------------------------------------------------------------------------------- Thought/Action prose
--
-- Chats in which a message of the agent is one thought and one act become steps message by message. What a message
-- tells is a struct; its form is a letter:
--   F  a call of a function          C  code                                    W  words: an answer, an OK
--   U  what the user says            X  a message without a known role or text  S  a system message, which is no step
--   Y  an agent's message that no rule reads
-- The letters of a chat, written as one word, tell the numbers of turns and which call is answered where.

-- What a message tells. `called` is the function, or the language of code; `behind` stands behind the act.
create or replace macro told(form, thought, called, arguments, content, behind) as
    {
        'form': cast(form as varchar),
        'thought': cast(nullif(thought, '') as varchar),
        'called': cast(called as varchar),
        'arguments': cast(arguments as json),
        'content': cast(content as varchar),
        'behind': cast(case when regexp_matches(behind, '\w') then trimmed_text(behind) end as varchar)
    }
;

-- Whether a message does no more than agree to the rules that it was told.
create or replace macro is_agreement(content) as
    regexp_full_match(
        content,
        '(?i)\W*(?:ok|okay|sure|yes|understood|(?:i have |i''ve |i )(?:understood|understand)|(?:i will|i''ll) follow)'
        || '\b[^\n:]{0,200}'
    )
;

-- A call such as `search[blue shoes (size 5)]`: name, value, and what stands behind it.
create or replace macro bracketed_call(act) as
    regexp_extract(act, '^\s*(\w+)\s*\[([^\n]*)\]((?s:.*))$', ['name', 'value', 'behind'])
;

-- A call such as `get_relations(Barack Obama)`, arguments without quotes: name, value, and what stands behind it.
create or replace macro bare_call(act) as
    regexp_extract(act, '^\s*(\w+)\s*\(([^\n]*)\)((?s:.*))$', ['name', 'value', 'behind'])
;

-- A command to a household that is told in text as function and arguments; both null where it is none. Things bear
-- lower case names there, such as `sinkbasin 1`.
create or replace macro household_call(command) as
    list_transform(
        [
            {
                'two': regexp_extract(
                    command,
                    '^(?:(take) (.+) from|(put) (.+) (?:in/on|in|on|into|onto)|(heat|cool|clean) (.+) with'
                    || '|(look at) (.+) under) (.+)$',
                    ['take', 'taken', 'put', 'put_down', 'treat', 'treated', 'look', 'looked_at', 'place']
                ),
                'one': regexp_extract(
                    command, '^(go to|open|close|examine|use|report problem(?: with)?:?) (.+)$', ['verb', 'thing']
                )
            }
        ],
        lambda read: case
            when read.two.take <> '' then {
                'function': 'take',
                'arguments': json_object('item', trim(read.two.taken), 'source', trim(read.two.place))
            }
            when read.two.put <> '' then {
                'function': 'put',
                'arguments': json_object('item', trim(read.two.put_down), 'target', trim(read.two.place))
            }
            when read.two.treat <> '' then {
                'function': read.two.treat,
                'arguments': json_object('item', trim(read.two.treated), 'appliance', trim(read.two.place))
            }
            when read.two.look <> '' then {
                'function': 'look_at_under',
                'arguments': json_object('item', trim(read.two.looked_at), 'reference', trim(read.two.place))
            }
            when read.one.verb = 'go to' then {
                'function': 'go', 'arguments': json_object('location', trim(read.one.thing))
            }
            when starts_with(read.one.verb, 'report') then {
                'function': 'report_problem', 'arguments': json_object('obj', trim(read.one.thing))
            }
            when read.one.verb <> '' then {
                'function': read.one.verb, 'arguments': json_object('obj', trim(read.one.thing))
            }
            when command in ('inventory', 'look') then {'function': command, 'arguments': json_object()}
        end
    )[1]
;

-- An agent's message without an act: agreement to the rules, or something that no rule reads.
create or replace macro told_without_act(content) as
    told(case when is_agreement(content) then 'W' else 'Y' end, null, null, null, content, null)
;

-- What the agent in a household tells: "THOUGHT: ... ACTION: go to shelf 1", or the act alone. An act that speaks of
-- the task, such as `end the task`, is no command of the household's but words, and so is a message without an act: the
-- household answers it like any other.
create or replace macro household_told(content) as
    list_transform(
        [prose_halves(content, '(?i:THOUGHT)', '(?i:ACTION)')],
        lambda halves: list_transform(
            list_transform(
                [lower(regexp_extract(halves.act, '^([^\n]*?)\s*(?:\n|$)', 1))],
                lambda command: household_call(command)
            ),
            lambda call: case
                when call is not null
                    then told('F', halves.thought, call.function, call.arguments, null, behind_first_line(halves.act))
                when regexp_matches(halves.act, '(?i)\btask\b')
                    then told('W', halves.thought, null, null, without_outer_blanks(halves.act), null)
                when halves is null then told('W', null, null, null, content, null)
                else told('Y', null, null, null, content, null)
            end
        )[1]
    )[1]
;

-- What an agent in a web shop tells: "Thought: ... Action: search[keywords]", or `click[value]`.
create or replace macro shopping_told(content) as
    list_transform(
        [prose_halves(content, 'Thought', 'Action')],
        lambda halves: list_transform(
            [bracketed_call(halves.act)],
            lambda call: case lower(call.name)
                when 'search' then told(
                    'F', halves.thought, 'search', json_object('keywords', trim(call.value)), null, call.behind
                )
                when 'click' then told(
                    'F', halves.thought, 'click', json_object('element', trim(call.value)), null, call.behind
                )
                else told_without_act(content)
            end
        )[1]
    )[1]
;

-- The arguments of a question to a knowledge base, in their order; null where they do not fit the function. An entity's
-- name may hold commas, a relation's, an attribute's or a variable's does not, so the last comma parts two arguments.
create or replace macro knowledge_arguments(function, value) as
    list_transform(
        [regexp_extract(value, '^\s*(.*\S)\s*,\s*([^,]*[^,\s])\s*$', ['first', 'second'])],
        lambda pair: case
            when function in ('get_relations', 'get_attributes', 'count') and regexp_matches(value, '\S')
                then json_object('variable', trim(value))
            when pair.first = '' then null
            when function = 'get_neighbors' then json_object('variable', pair.first, 'relation', pair.second)
            when function in ('argmax', 'argmin') then json_object('variable', pair.first, 'attribute', pair.second)
            when function = 'intersection' then json_object('variable1', pair.first, 'variable2', pair.second)
        end
    )[1]
;

-- What an agent that asks a knowledge base tells: "Thought: ... Action: get_relations(Barack Obama)", or "Final Answer:
-- #3", also behind `Action:`. A message that has neither is words: the knowledge base says that nothing was called.
create or replace macro knowledge_told(content) as
    list_transform(
        [prose_halves(content, 'Thought', 'Action|Final Answer')],
        lambda halves: list_transform(
            [
                {
                    'call': bare_call(halves.act),
                    'answer': case halves.label
                        when 'Final Answer' then halves.act
                        else regexp_extract(halves.act, '(?s)^Final Answer:\s*(.*)$', 1)
                    end
                }
            ],
            lambda act: case
                when regexp_matches(act.answer, '\S') then told(
                    'W', halves.thought, null, null,
                    concat('<solution> ', regexp_replace(first_line(act.answer), '\s+$', ''), ' </solution>'),
                    behind_first_line(act.answer)
                )
                when knowledge_arguments(act.call.name, act.call.value) is not null then told(
                    'F', halves.thought, act.call.name, knowledge_arguments(act.call.name, act.call.value), null,
                    act.call.behind
                )
                when halves is null then told('W', null, null, null, content, null)
                else told('Y', null, null, null, content, null)
            end
        )[1]
    )[1]
;

-- What an agent at a database tells: words, then "Action: Operation" and SQL in a fence, or "Action: Answer" and "Final
-- Answer: [...]". Only the first block of SQL is run.
create or replace macro database_told(content) as
    list_transform(
        [prose_halves(content, 'Thought', 'Action|Final Answer')],
        lambda halves: list_transform(
            [
                {
                    'operation': regexp_extract(
                        halves.act,
                        '(?s)^Operation\s*\n\s*```(?:sql|SQL|mysql)?[ \t]*\n(.*?\S.*?)\s*```(.*)$',
                        ['code', 'behind']
                    ),
                    'answer': case halves.label
                        when 'Final Answer' then halves.act
                        else regexp_extract(halves.act, '(?s)^Answer\s*\n\s*Final Answer:(.*)$', 1)
                    end
                }
            ],
            lambda act: case
                when act.operation.code <> '' then told(
                    'C', halves.thought, 'mysql', null, act.operation.code, act.operation.behind
                )
                when regexp_matches(act.answer, '\S') then told(
                    'W', halves.thought, null, null,
                    concat('<solution> ', without_outer_blanks(act.answer), ' </solution>'), null
                )
                else told_without_act(content)
            end
        )[1]
    )[1]
;

-- What an agent tells that is to choose among elements of a page: "Thought: ... Answer: B. Action: CLICK".
create or replace macro choice_told(content) as
    list_transform(
        [prose_halves(content, 'Thought', 'Answer')],
        lambda halves: case
            when regexp_matches(halves.act, '\b[A-Z]\.')
                then told('W', halves.thought, null, null, without_outer_blanks(halves.act), null)
            else told_without_act(content)
        end
    )[1]
;

-- What a message tells, whoever speaks: `by_agent` is what it tells if it is the agent's, `by_user` its text if it is
-- the user's. The source may say that a message of the agent is not to be learnt (`loss` false).
create or replace macro message_told(message, by_agent, by_user) as
    list_transform(
        [
            case
                when role_letter(message.role) = 'S' then told('S', null, null, null, message.content, null)
                when role_letter(message.role) = 'X' or message.content is null
                    then told('X', null, null, null, coalesce(message.content, ''), null)
                when role_letter(message.role) = 'A' then by_agent
                else told('U', null, null, null, by_user, null)
            end
        ],
        lambda part: {
            'form': part.form,
            'thought': part.thought,
            'called': part.called,
            'arguments': part.arguments,
            'content': part.content,
            'behind': part.behind,
            'trainable': coalesce(message.loss, true)
        }
    )[1]
;

-- The forms of a chat's messages as one word.
create or replace macro told_letters(parts) as
    array_to_string(list_transform(parts, lambda part: part.form), '')
;

-- The steps of a chat. What follows a call is its result, whoever the source says it is from: ADP's form calls it the
-- user's.
create or replace macro told_steps(parts) as
    list_transform(
        [list_filter(parts, lambda part: part.form <> 'S')],
        lambda spoken: list_transform(
            [told_letters(spoken)],
            lambda letters: list_transform(
                spoken,
                lambda part, place: {
                    'step_index': cast(place - 1 as integer),
                    'turn_index': case
                        when part.form not in ('U', 'X')
                            then cast(length(translate(substr(letters, 1, place - 1), 'UX', '')) as integer)
                    end,
                    'class': case
                        when part.form = 'F' then 'api_action'
                        when part.form = 'C' then 'code_action'
                        when part.form in ('U', 'X') then 'text_observation'
                        else 'message_action'
                    end,
                    'kind': case when part.form in ('U', 'X') then 'observation' else 'action' end,
                    'source': case
                        when part.form not in ('U', 'X') then 'agent'
                        when part.form = 'U' and not regexp_matches(substr(letters, 1, place), '[FC]U$') then 'user'
                        else 'environment'
                    end,
                    'content': part.content,
                    'function': case when part.form = 'F' then part.called end,
                    'arguments': part.arguments,
                    'language': case when part.form = 'C' then part.called end,
                    'thought': part.thought,
                    'tool_call_id': case
                        when part.form in ('F', 'C') then concat('call_', place - 1)
                        when regexp_matches(substr(letters, 1, place), '[FC][UX]$') then concat('call_', place - 2)
                    end,
                    'trainable': part.trainable,
                    'details': nullif(
                        json_merge_patch(
                            '{}',
                            to_json({
                                'behind': part.behind,
                                'adp_source': case
                                    when regexp_matches(substr(letters, 1, place), '[FC]U$') then 'user'
                                end,
                                'result': case
                                    when regexp_matches(substr(letters, place, 2), '^[FC][^UX]$') then 'none'
                                end
                            })
                        ),
                        '{}'
                    )
                }
            )
        )[1]
    )[1]
;

-- The details of words of the agent that ADP's form takes for an observation which the agent made.
create or replace macro told_as_observation(step) as
    json_merge_patch(
        coalesce(step.details, '{}'),
        json_object(
            'adp_event', json_object('class_', 'text_observation', 'content', step.content, 'source', 'agent')
        )
    )
;

-- Why a chat cannot be trained on, and what is to be said beside that reason; both null where nothing speaks against
-- it. `reason` and `remark` are those of the dataset's own, which come last.
create or replace macro told_verdict(messages, parts, reason, remark) as
    list_transform(
        [
            {
                'unread': unread_message(
                    list_transform(
                        parts, lambda part: case when part.form = 'Y' then 'Y' || part.content else '' end
                    )
                ),
                -- what a call returns may be empty
                'outline': array_to_string(
                    list_transform(
                        string_split(chat_outline(messages), ''),
                        lambda letter, place: case
                            when letter = 'u' and parts[place - 1].form in ('F', 'C') then 'U'
                            else letter
                        end
                    ),
                    ''
                )
            }
        ],
        lambda found: case
            when found.unread is not null then {'exclusion': 'unreadable_step', 'detail': found.unread}
            when outline_exclusion(found.outline) is not null then {
                'exclusion': outline_exclusion(found.outline), 'detail': outline_exclusion_detail(found.outline)
            }
            when reason is not null then {'exclusion': reason, 'detail': remark}
        end
    )[1]
;

-- Whether a chat ends in an answer between tags.
create or replace macro ends_in_answer(parts) as
    coalesce(starts_with(parts[-1].content, '<solution>') and parts[-1].form = 'W', false)
;

-- What the user says last that is no result: the task, behind rules and examples. Null where the user says nothing.
create or replace macro last_words(parts) as
    parts[nullif(length(regexp_extract(told_letters(parts), '^(?:.*[^FC])?U')), 0)].content
;

-- The rules that a chat begins with, as the agent is shown them, and what is cut out of them since it is of no use to
-- an agent with tools: how to write an act, or the list of functions. Any other text is shown as it is.
-- Those of a household: how to write THOUGHT and ACTION is cut out.
create or replace macro household_rules(content) as
    list_transform(
        [
            regexp_extract(
                content,
                '(?s)^Interact with a household\b.*?\S(\s*You should choose from two actions:'
                || '.*format:"ACTION:[^"]*"\.?\s*)',
                1
            )
        ],
        lambda cut: {
            'shown': case
                when cut = '' then content
                else concat(replace(content, cut, chr(10)), chr(10), chr(10), 'Ok? Understood?')
            end,
            'cut': without_outer_blanks(cut)
        }
    )[1]
;

-- Those of a web shop: all from the sentence on about how to search and click is cut out.
create or replace macro shopping_rules(content) as
    list_transform(
        [
            regexp_extract(
                content, '(?s)^You are web shopping\..*?\S(\s*You can use search action if search is available\..*)$', 1
            )
        ],
        lambda cut: {
            'shown': case
                when cut = '' then content
                else substr(content, 1, length(content) - length(cut))
            end,
            'cut': without_outer_blanks(cut)
        }
    )[1]
;

-- Those of a knowledge base: the numbered list of functions is cut out. The answer is written between tags.
create or replace macro knowledge_rules(content) as
    case
        when starts_with(content, 'You are an agent that answers questions based on the knowledge') then list_transform(
            [string_split(content, chr(10) || chr(10))],
            lambda paragraphs: {
                'shown': concat(
                    regexp_replace(
                        array_to_string(
                            list_filter(paragraphs, lambda text: not regexp_matches(text, '^\d+\. \w+\(')),
                            chr(10) || chr(10)
                        ),
                        'Final Answer: (#\w+)', '<solution> \1 </solution>', 'g'
                    ),
                    chr(10), chr(10), 'Ok? Understood?'
                ),
                'cut': nullif(
                    array_to_string(
                        list_filter(paragraphs, lambda text: regexp_matches(text, '^\d+\. \w+\(')),
                        chr(10) || chr(10)
                    ),
                    ''
                )
            }
        )[1]
        else {'shown': content, 'cut': null}
    end
;

-- Those of a database: nothing is cut out, but SQL and the answer are written between tags.
create or replace macro database_rules(content) as
    case
        when starts_with(content, 'I will ask you a question, then you should help me operate a MySQL database')
            then concat(
                regexp_replace(
                    regexp_replace(
                        content,
                        '(?s)Action: Operation\n```sql\n(.*?)\n```',
                        e'\n<execute_mysql>\n\\1\n</execute_mysql>'
                    ),
                    'Action: Answer\nFinal Answer: ([^\n]*)',
                    e'\n<solution> \\1 </solution>'
                ),
                chr(10), chr(10), 'Ok? Understood?'
            )
        else content
    end
;

-- The chats of each of these worlds, message by message: a household.
create or replace macro household_chat(messages) as
    list_transform(
        messages, lambda m: message_told(m, household_told(m.content), household_rules(m.content).shown)
    )
;

-- A shop.
create or replace macro shopping_chat(messages) as
    list_transform(messages, lambda m: message_told(m, shopping_told(m.content), shopping_rules(m.content).shown))
;

-- A knowledge base, whose answers begin with the word Observation, which is cut off.
create or replace macro knowledge_chat(messages) as
    list_transform(
        messages,
        lambda m: message_told(
            m,
            knowledge_told(m.content),
            regexp_replace(knowledge_rules(m.content).shown, '^Observation:', '')
        )
    )
;

-- A database.
create or replace macro database_chat(messages) as
    list_transform(messages, lambda m: message_told(m, database_told(m.content), database_rules(m.content)))
;

-- A page of choices.
create or replace macro choice_chat(messages) as
    list_transform(messages, lambda m: message_told(m, choice_told(m.content), m.content))
;

-- Chats whose acts are not told apart from words.
create or replace macro spoken_chat(messages) as
    list_transform(
        messages, lambda m: message_told(m, told('W', null, null, null, m.content, null), m.content)
    )
;

-- What a web shop asks for; a text that has no instruction of a shop's is the task itself.
create or replace macro shopping_task(words) as
    coalesce(nullif(regexp_extract(words, '(?s)Instruction: \[SEP\]\s*(.*?)\s*\[SEP\]', 1), ''), words)
;

-- The id of a record in a file for each world, such as webshop_sft.json, where it is just a number: the world in front.
create or replace macro world_id(source_file, source_id) as
    case
        when regexp_full_match(source_id, '[0-9]+') and regexp_matches(source_file, '[a-z]+_sft\.')
            then concat(regexp_extract(source_file, '([a-z]+)_sft\.', 1), '_', source_id)
        else source_id
    end
;

-- A chat's system prompt, and what was cut out of its rules (`rules` are those of each message); null where there is
-- neither.
create or replace macro prompt_and_cut_rules(messages, rules) as
    nullif(
        concat_ws(
            chr(10) || chr(10),
            chat_system_prompt(messages),
            list_filter(list_transform(rules, lambda rule: rule.cut), lambda cut: cut is not null)[1]
        ),
        ''
    )
;

-- Pages with forms ------------------------------------------------------------------------------------------------

-- Whether JSON is an object whose names are all different.
create or replace macro is_plain_object(object) as
    coalesce(
        json_type(try_cast(object as json)) = 'OBJECT'
        and len(list_distinct(json_keys(try_cast(object as json)))) = len(json_keys(try_cast(object as json))),
        false
    )
;

-- The members of an object as texts by name; nothing of what is no plain object.
create or replace macro text_members(object) as
    map_from_entries(
        list_transform(
            coalesce(
                map_entries(
                    cast(case when is_plain_object(object) then cast(object as json) end as map(varchar, json))
                ),
                []
            ),
            lambda member: {'key': member.key, 'value': coalesce(member.value ->> '$', '')}
        )
    )
;

-- A text with its blanks, `${name}`, filled from a map of texts; a blank that nothing is known for stays.
create or replace macro filled_blanks(text, blanks) as
    array_to_string(
        list_transform(
            string_split(text, '${'),
            lambda part, part_index: case
                when part_index = 1 then part
                when contains(part, '}') and list_contains(map_keys(blanks), split_part(part, '}', 1))
                    then coalesce(blanks[split_part(part, '}', 1)], '')
                        || substr(part, length(split_part(part, '}', 1)) + 2)
                else '${' || part
            end
        ),
        ''
    )
;

-- A text as HTML.
create or replace macro html_escaped(text) as
    replace(replace(replace(replace(text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;')
;

-- A text in HTML as it reads.
create or replace macro html_unescaped(text) as
    replace(
        replace(replace(replace(replace(text, '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''),
        '&amp;',
        '&'
    )
;

-- HTML cut in front of every field of a form; not at what stands in comments, scripts and styles.
create or replace macro form_pieces(html) as
    string_split(
        regexp_replace(
            html,
            '(?is)(<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>)|(<(?:input|select|textarea)\b)',
            '\1' || chr(1) || '\2',
            'g'
        ),
        chr(1)
    )
;

-- The tag at the beginning of a piece of HTML.
create or replace macro first_tag(html) as
    regexp_extract(html, '^<[a-zA-Z]+(?:"[^"]*"|''[^'']*''|[^"''>])*>?')
;

-- What a tag says for an attribute; null where it has none.
create or replace macro tag_attribute(tag, name) as
    case
        when regexp_matches(tag, '(?i)[\s"'']' || name || '\s*=') then
            html_unescaped(
                concat(
                    regexp_extract(tag, '(?i)[\s"'']' || name || '\s*=\s*"([^"]*)"', 1),
                    regexp_extract(tag, '(?i)[\s"'']' || name || '\s*=\s*''([^'']*)''', 1),
                    regexp_extract(tag, '(?i)[\s"'']' || name || '\s*=\s*([^\s"''>]+)', 1)
                )
            )
    end
;

-- The field of a form at the beginning of a piece of HTML: its kind (`radio`, `select`, `textarea`, `text`, ...), its
-- type as the page writes it, name and value, and whether it is ticked. Without a kind where there is none.
create or replace macro form_field(piece) as
    list_transform(
        [first_tag(piece)],
        lambda tag: {
            'kind': case
                when regexp_matches(tag, '(?i)^<(select|textarea)\b')
                    then lower(regexp_extract(tag, '^<([a-zA-Z]+)', 1))
                when regexp_matches(tag, '(?i)^<input\b')
                    then lower(coalesce(nullif(trim(tag_attribute(tag, 'type')), ''), 'text'))
            end,
            'type': tag_attribute(tag, 'type'),
            'name': tag_attribute(tag, 'name'),
            'value': tag_attribute(tag, 'value'),
            'is_ticked': regexp_matches(tag, '(?i)[\s"'']checked\b')
        }
    )[1]
;

-- What is answered to a field: null where nothing is, where it cannot be seen, where a choice is another one's, and
-- where a box is ticked already. Boxes of one name are answered together, `a|b`.
create or replace macro field_answer(field, answers) as
    case
        when field.kind is null or coalesce(field.name, '') = '' then null
        when field.kind in ('hidden', 'submit', 'button', 'image', 'reset', 'file') then null
        when coalesce(answers[field.name], '') = '' then null
        when field.kind = 'radio' and answers[field.name] <> coalesce(field.value, 'on') then null
        when field.kind = 'checkbox' and (
            field.is_ticked
            or not list_contains(
                string_split(answers[field.name], '|') || ['on', 'true'],
                case answers[field.name]
                    when 'on' then 'on'
                    when 'true' then 'true'
                    else coalesce(field.value, 'on')
                end
            )
        ) then null
        else answers[field.name]
    end
;

-- A text in an XPath, which knows no escapes.
create or replace macro xpath_text(text) as
    case
        when text is null then null
        when not contains(text, '"') then concat('"', text, '"')
        when not contains(text, '''') then concat('''', text, '''')
        else concat('concat("', replace(text, '"', '", ''"'', "'), '")')
    end
;

-- The call that answers a field: {function, arguments}. `among` says whether other boxes have its name.
create or replace macro field_call(field, answer, among) as
    {
        'function': case
            when field.kind in ('radio', 'checkbox') then 'click'
            when field.kind = 'range' then 'modify_range'
            when field.kind = 'select' then 'select'
            else 'type'
        end,
        'arguments': cast(
            concat(
                '{"xpath":',
                to_json(
                    concat(
                        '//',
                        case when field.kind in ('select', 'textarea') then field.kind else 'input' end,
                        '[@name=', xpath_text(field.name),
                        case
                            when field.kind not in ('select', 'textarea')
                                then ' and @type=' || xpath_text(field.type)
                        end,
                        case
                            when field.kind = 'radio' or (field.kind = 'checkbox' and among)
                                then ' and @value=' || xpath_text(field.value)
                            when field.kind = 'checkbox' then ' '
                        end,
                        ']'
                    )
                ),
                case when field.kind not in ('radio', 'checkbox') then ',"value":' || to_json(answer) end,
                '}'
            ) as json
        )
    }
;

-- A piece of a page once its field is answered; `is_chosen` says that some choice of its name was made. Of two
-- attributes of one name the first counts, so a new one goes in front.
create or replace macro answered_piece(piece, field, answer, is_chosen) as
    case
        when field.kind is null then piece
        when field.kind = 'radio' and answer is null and is_chosen then
            regexp_replace(
                piece,
                '(?i)^(<input\b(?:"[^"]*"|''[^'']*''|[^"''>])*?)\schecked\b'
                || '(?:\s*=\s*(?:"[^"]*"|''[^'']*''|[^\s>]*))?',
                '\1'
            )
        when answer is null then piece
        when field.kind in ('radio', 'checkbox') then regexp_replace(piece, '^<[a-zA-Z]+', '\0 checked="checked"')
        when field.kind = 'textarea' then concat(
            first_tag(piece),
            html_escaped(answer),
            case
                when contains(lower(piece), '</textarea') then substr(piece, strpos(lower(piece), '</textarea'))
                else '</textarea>'
            end
        )
        when field.kind = 'select' then array_to_string(
            list_transform(
                string_split_regex(piece, '(?i)<option\b'),
                lambda option, option_index: case
                    when option_index = 1 then option
                    when answer = coalesce(
                        tag_attribute('<option' || split_part(option, '>', 1) || '>', 'value'),
                        html_unescaped(trim(split_part(split_part(option, '>', 2), '<', 1)))
                    ) then '<option selected="selected"' || option
                    else '<option' || regexp_replace(option, '(?i)^([^>]*?)\sselected\b(?:\s*=\s*[^\s>]*)?', '\1')
                end
            ),
            ''
        )
        else concat(
            regexp_extract(piece, '^<[a-zA-Z]+'), ' value="', html_escaped(answer), '"',
            substr(piece, length(regexp_extract(piece, '^<[a-zA-Z]+')) + 1)
        )
    end
;

-- Where a website is that is known by its name: `enterprise`, `us.megabus`, `nps.gov`.
create or replace macro website_address(website) as
    case
        when contains(website, '://') then website
        when website is not null then concat(
            'https://',
            case
                when not regexp_matches(website, '\.(?:com|edu|gov|info|net|org)$') then case
                    when contains(website, '.') then website || '.com'
                    else 'www.' || website || '.com'
                end
                when regexp_matches(website, '\..*\.') then website
                else 'www.' || website
            end
        )
    end
;

-- The path to the element that an action was really done to, of those that it may be done to; they bear the number of
-- their node, at the top or among their attributes.
create or replace macro chosen_candidate(candidates) as
    list_transform(
        list_transform(
            list_concat(
                list_filter(candidates, lambda candidate: (candidate.is_original_target ->> '$') = 'true'),
                list_filter(candidates, lambda candidate: (candidate.is_top_level_target ->> '$') = 'true'),
                candidates
            )[:1],
            lambda candidate: coalesce(
                candidate.backend_node_id,
                try_cast(candidate.attributes ->> '$' as json) ->> '$.backend_node_id',
                nullif(regexp_extract(candidate.attributes ->> '$', '\bbackend_node_id\s*=\s*["'']?(\w+)', 1), '')
            )
        ),
        lambda number: '//*[@backend_node_id=''' || replace(number, '''', '') || ''']'
    )[1]
;

-- Arguments of OpenHands' own editor with their lists and numbers, where a converter left them texts.
create or replace macro editor_values(arguments) as
    object_of(
        list_transform(
            object_members(arguments),
            lambda member: {
                'key': member.key,
                'value': case
                    when json_type(member.value) is distinct from 'VARCHAR' then member.value
                    when member.key = 'view_range' then cast(typed_json(member.value ->> '$', 'array') as json)
                    when member.key = 'insert_line' then cast(typed_json(member.value ->> '$', 'integer') as json)
                    else member.value
                end
            }
        )
    )
;

-- The tools of a trajectory that lists none, as far as its calls show them; null where there are no calls. `calls` are
-- structs of function and arguments.
create or replace macro tools_of_calls(calls) as
    cast(
        '['
        || array_to_string(
            list_transform(
                list_sort(list_distinct(list_transform(calls, lambda call: call.function))),
                lambda called: tool_schema(
                    called,
                    '',
                    schema_of_calls(
                        list_transform(
                            list_filter(calls, lambda call: call.function = called), lambda call: call.arguments
                        )
                    )
                )
            ),
            ','
        )
        || ']' as json
    )
;

-- ----------------------------------------------------------------------------------- tool calls that other agents made

-- The language of a call that runs code: a shell's command or a Python cell, under the names that agents have for such
-- a tool. Null for any other call.
create or replace macro call_language(function, arguments) as
    case
        when function in ('execute_bash', 'bash', 'Bash', 'terminal')
            and json_type(arguments, '$.command') = 'VARCHAR' then 'bash'
        when function in ('execute_ipython_cell', 'ipython', 'python') and json_type(arguments, '$.code') = 'VARCHAR'
            then 'python'
    end
;

-- The code of such a call.
create or replace macro call_code(language, arguments) as
    case language when 'bash' then arguments ->> '$.command' when 'python' then arguments ->> '$.code' end
;

-- The parts of a content: those of a list, a text as one of them.
create or replace macro content_parts(content) as
    list_transform(
        [content],
        lambda given: case coalesce(json_type(given), 'NULL')
            when 'ARRAY' then json_extract(given, '$[*]')
            when 'NULL' then []
            else [json_object('type', 'text', 'text', json_text(given))]
        end
    )[1]
;

-- What the parts of a content say: texts as they are, of an image nothing, of anything else a mark with its path, or
-- its JSON.
create or replace macro parts_text(parts) as
    array_to_string(
        list_transform(
            list_filter(parts, lambda part: coalesce(part ->> '$.type', '') not in ('image', 'image_url')),
            lambda part: coalesce(
                part ->> '$.text',
                part ->> '$.refusal',
                case when json_type(part) = 'VARCHAR' then part ->> '$' end,
                '[' || (part ->> '$.type') || ': ' || (part ->> '$.source.path') || ']',
                cast(part as varchar)
            )
        ),
        chr(10)
    )
;

-- The paths or addresses of the images among the parts of a content; of one that is written out in full its hash.
create or replace macro parts_images(parts) as
    list_transform(
        list_filter(parts, lambda part: coalesce(part ->> '$.type', '') in ('image', 'image_url')),
        lambda part: list_transform(
            [
                coalesce(
                    part ->> '$.source.path', part ->> '$.image_url.url', part ->> '$.image_url', cast(part as varchar)
                )
            ],
            lambda path: {
                'sha256': null::varchar,
                'path': case when length(path) <= 4096 then path else md5(path) end,
                'media_type': part ->> '$.source.media_type',
                'width': null::integer,
                'height': null::integer
            }
        )[1]
    )
;

-- A piece of a trajectory in a form of exchange (ATIF, OpenAI) that becomes one step: a segment, with the content as
-- JSON, the reasoning, what else the form says of it, and whether anybody may learn from it.
create or replace macro exchanged_unit(
    form, turn, called, text, id, content, reasoning, rest, trainable, model, said_at
) as
    {
        'segment': segment(form, turn, null, called, text, id),
        'content': cast(content as json),
        'reasoning': nullif(cast(reasoning as varchar), ''),
        'rest': cast(rest as json),
        'trainable': coalesce(trainable, true),
        'model': cast(model as varchar),
        'said_at': cast(said_at as varchar)
    }
;

-- The pieces of a content that somebody shows: what it says, and its images behind that.
create or replace macro shown_units(form, image_form, id, content, rest, trainable, said_at) as
    list_transform(
        [
            {
                'content': content,
                'parts': len(content_parts(content)),
                'images': len(parts_images(content_parts(content))),
                'id': id,
                'rest': rest,
                'trainable': trainable,
                'said_at': said_at
            }
        ],
        lambda shown: list_concat(
            case
                when shown.images > 0 and shown.images = shown.parts then []
                else [
                    exchanged_unit(
                        form, null, null, null, shown.id, shown.content, null, shown.rest, shown.trainable, null,
                        shown.said_at
                    )
                ]
            end,
            case
                when shown.images > 0 then [
                    exchanged_unit(
                        image_form, null, null, null, shown.id, shown.content, null,
                        case when shown.images = shown.parts then shown.rest else json_object('part', true) end,
                        shown.trainable, null, shown.said_at
                    )
                ]
                else []
            end
        )
    )[1]
;

-- What a step of ATIF says beyond what becomes columns: times, metrics, what the version or the writer added.
create or replace macro atif_rest(step) as
    nullif(
        without_members(
        step,
        list_concat(
            ['step_id', 'source', 'message'],
            list_concat(
                case when len(json_extract(step, '$.observation.results[*]')) > 0 then ['observation'] else [] end,
                case
                    when (step ->> '$.source') = 'agent' then list_filter(
                        ['tool_calls', 'reasoning_content', 'model_name'],
                        lambda member: case member
                            when 'tool_calls' then len(json_extract(step, '$.tool_calls[*]')) > 0
                            else json_type(json_extract(step, '$.' || member)) = 'VARCHAR'
                        end
                    )
                    else []
                end
            )
        )
    ),
        '{}'::json
    )
;

-- The pieces of a step of ATIF. `turn` is the number of the model call, for a step of the agent.
create or replace macro atif_units(step, turn) as
    list_concat(
        case
            when coalesce(step ->> '$.source', '') not in ('user', 'system', 'agent') then [
                exchanged_unit(
                    'unknown_result', null, null, null, null, step, null, null, null, null, null
                )
            ]
            when (step ->> '$.source') <> 'agent' then shown_units(
                step ->> '$.source',
                case step ->> '$.source' when 'user' then 'user_image' else 'system_image' end,
                null,
                json_extract(step, '$.message'),
                json_object(
                    'atif', atif_rest(step),
                    'atif_message',
                    case when json_type(step, '$.message') <> 'VARCHAR' then json_extract(step, '$.message') end
                ),
                (step ->> '$.is_copied_context') is distinct from 'true',
                step ->> '$.timestamp'
            )
            when len(json_extract(step, '$.tool_calls[*]')) > 0 then list_transform(
                json_extract(step, '$.tool_calls[*]'),
                lambda call, number: exchanged_unit(
                    'json_call',
                    turn,
                    call ->> '$.function_name',
                    json_text(json_extract(call, '$.arguments')),
                    call ->> '$.tool_call_id',
                    case when number = 1 then json_extract(step, '$.message') end,
                    case when number = 1 and json_type(step, '$.reasoning_content') = 'VARCHAR'
                        then step ->> '$.reasoning_content' end,
                    json_object(
                        'atif', case when number = 1 then atif_rest(step) end,
                        'atif_message', case
                            when number = 1 and json_type(step, '$.message') <> 'VARCHAR'
                                then json_extract(step, '$.message')
                        end,
                        'atif_call', nullif(
                            without_members(call, ['tool_call_id', 'function_name', 'arguments']), '{}'::json
                        )
                    ),
                    (step ->> '$.is_copied_context') is distinct from 'true'
                    and (step ->> '$.llm_call_count') is distinct from '0',
                    step ->> '$.model_name',
                    step ->> '$.timestamp'
                )
            )
            else [
                exchanged_unit(
                    'words',
                    turn,
                    null,
                    null,
                    null,
                    json_extract(step, '$.message'),
                    case
                        when json_type(step, '$.reasoning_content') = 'VARCHAR' then step ->> '$.reasoning_content'
                    end,
                    json_object(
                        'atif', atif_rest(step),
                        'atif_message',
                    case when json_type(step, '$.message') <> 'VARCHAR' then json_extract(step, '$.message') end
                    ),
                    (step ->> '$.is_copied_context') is distinct from 'true'
                    and (step ->> '$.llm_call_count') is distinct from '0',
                    step ->> '$.model_name',
                    step ->> '$.timestamp'
                )
            ]
        end,
        flatten(
            list_transform(
                json_extract(step, '$.observation.results[*]'),
                lambda result, number: shown_units(
                    'tool_result',
                    'image_result',
                    result ->> '$.source_call_id',
                    json_extract(result, '$.content'),
                    json_object(
                        'atif_place', case when len(json_extract(step, '$.observation.results[*]')) > 1 then number end,
                        'atif_observation', case
                            when number = 1
                                then nullif(
                                    without_members(json_extract(step, '$.observation'), ['results']), '{}'::json
                                )
                        end,
                        'atif_result', nullif(without_members(result, ['source_call_id', 'content']), '{}'::json),
                        'atif_content',
                        case when json_type(result, '$.content') = 'ARRAY' then json_extract(result, '$.content') end,
                        'no_content',
                        case when coalesce(json_type(result, '$.content'), 'NULL') = 'NULL' then true end,
                        'unlinked', case
                            when not coalesce(
                                list_contains(
                                    json_extract_string(step, '$.tool_calls[*].tool_call_id'),
                                    result ->> '$.source_call_id'
                                ),
                                false
                            ) then true
                        end
                    ),
                    (step ->> '$.is_copied_context') is distinct from 'true'
                    and not ((step ->> '$.source') = 'agent' and coalesce(step ->> '$.llm_call_count', '') = '0'),
                    step ->> '$.timestamp'
                )
            )
        )
    )
;

-- The pieces of a message in OpenAI's form. `turn` is the number of the model call, for a message of the assistant.
-- What has the weight 0 is not to be learnt.
create or replace macro openai_units(message, turn) as
    case
        when (message ->> '$.role') in ('user', 'system', 'developer') then shown_units(
            case message ->> '$.role' when 'user' then 'user' else 'system' end,
            case message ->> '$.role' when 'user' then 'user_image' else 'system_image' end,
            null,
            json_extract(message, '$.content'),
            json_object('openai', nullif(without_members(message, ['role', 'content']), '{}'::json)),
            true,
            null
        )
        when (message ->> '$.role') in ('tool', 'function') then shown_units(
            'tool_result',
            'image_result',
            message ->> '$.tool_call_id',
            json_extract(message, '$.content'),
            json_object('openai', nullif(without_members(message, ['role', 'content', 'tool_call_id']), '{}'::json)),
            true,
            null
        )
        when (message ->> '$.role') is distinct from 'assistant' then [
            exchanged_unit('unknown_result', null, null, null, null, message, null, null, null, null, null)
        ]
        when len(json_extract(message, '$.tool_calls[*]')) > 0 or json_type(message, '$.function_call') = 'OBJECT'
            then list_transform(
                case
                    when len(json_extract(message, '$.tool_calls[*]')) > 0 then json_extract(message, '$.tool_calls[*]')
                    else [json_object('function', json_extract(message, '$.function_call'))]
                end,
                lambda call, number: exchanged_unit(
                    'json_call',
                    turn,
                    coalesce(call ->> '$.function.name', call ->> '$.custom.name'),
                    case
                        when json_type(call, '$.custom') = 'OBJECT'
                            then cast(json_object('input', json_extract(call, '$.custom.input')) as varchar)
                        else json_text(json_extract(call, '$.function.arguments'))
                    end,
                    call ->> '$.id',
                    case when number = 1 then json_extract(message, '$.content') end,
                    case when number = 1 then
                        coalesce(message ->> '$.reasoning_content', message ->> '$.reasoning')
                    end,
                    json_object(
                        'openai', case
                            when number = 1 then without_members(
                                message,
                                ['role', 'content', 'tool_calls', 'function_call', 'reasoning_content', 'reasoning']
                            )
                        end
                    ),
                    coalesce(try_cast(message ->> '$.weight' as double), 1) <> 0,
                    null,
                    null
                )
            )
        else [
            exchanged_unit(
                'words',
                turn,
                null,
                null,
                null,
                json_extract(message, '$.content'),
                coalesce(message ->> '$.reasoning_content', message ->> '$.reasoning'),
                json_object(
                    'openai',
                    nullif(without_members(message, ['role', 'content', 'reasoning_content', 'reasoning']), '{}'::json)
                ),
                coalesce(try_cast(message ->> '$.weight' as double), 1) <> 0,
                null,
                null
            )
        ]
    end
;

-- ---------------------------------------------------------------------------------------------------- rendering: ATIF

-- A JSON object with just these members; what else it has goes into its `extra`, the place that ATIF has for it.
create or replace macro rest_in_extra(object, names) as
    list_transform(
        [
            {
                'known': list_filter(
                    object_members(object),
                    lambda member: list_contains(names, member.key)
                        and coalesce(cast(member.value as varchar), 'null') <> 'null'
                ),
                'unknown': list_filter(
                    object_members(object),
                    lambda member: not list_contains(names, member.key) and member.key <> 'extra'
                        and coalesce(cast(member.value as varchar), 'null') <> 'null'
                ),
                'extra': json_extract(object, '$.extra')
            }
        ],
        lambda sorted: object_of(
            list_concat(
                sorted.known,
                case
                    when len(sorted.unknown) = 0 and coalesce(json_type(sorted.extra), 'NULL') = 'NULL' then []
                    else [
                        {
                            'key': 'extra',
                            'value': object_of(
                                list_concat(
                                    case coalesce(json_type(sorted.extra), 'NULL')
                                        when 'OBJECT' then object_members(sorted.extra)
                                        when 'NULL' then []
                                        else [{'key': 'extra', 'value': sorted.extra}]
                                    end,
                                    list_filter(
                                        sorted.unknown,
                                        lambda member: not list_contains(
                                            coalesce(json_keys(sorted.extra), []), member.key
                                        )
                                    )
                                )
                            )
                        }
                    ]
                end
            )
        )
    )[1]
;

-- An image as a part of a content. ATIF knows four kinds; what the path does not tell counts as PNG.
create or replace macro atif_image(image) as
    json_object(
        'type', 'image',
        'source', json_object(
            'media_type', case
                when image.media_type in ('image/jpeg', 'image/png', 'image/gif', 'image/webp') then image.media_type
                when regexp_matches(image.path, '(?i)[.]jpe?g$') then 'image/jpeg'
                when regexp_matches(image.path, '(?i)[.]gif$') then 'image/gif'
                when regexp_matches(image.path, '(?i)[.]webp$') then 'image/webp'
                else 'image/png'
            end,
            'path', image.path
        )
    )
;

-- A text with images as a content: the text alone where there are none.
create or replace macro atif_content(text, images) as
    case
        when coalesce(len(images), 0) = 0 then to_json(coalesce(text, ''))
        else to_json(
            list_concat(
                case when text is null then [] else [json_object('type', 'text', 'text', text)] end,
                list_transform(images, lambda image: atif_image(image))
            )
        )
    end
;

-- ----------------------------------------------------------------------- toolbench: Thought / Action / Action Input

-- A chat whose messages are objects, or whose roles and texts are two lists side by side: its messages, roles as these
-- chats call them. A list that is shorter than the other is filled up with nulls.
create or replace macro parallel_messages(chat) as
    list_transform(
        case json_type(chat)
            when 'OBJECT' then list_zip(
                from_json(coalesce(json_extract(chat, '$.from'), json_extract(chat, '$.role')), '["JSON"]'),
                from_json(coalesce(json_extract(chat, '$.value'), json_extract(chat, '$.content')), '["JSON"]')
            )
            when 'ARRAY' then list_transform(
                from_json(chat, '["JSON"]'),
                lambda said: row(
                    coalesce(json_extract(said, '$.from'), json_extract(said, '$.role')),
                    coalesce(json_extract(said, '$.value'), json_extract(said, '$.content'))
                )
            )
            else []
        end,
        lambda pair: {
            'role': case lower(pair[1] ->> '$')
                when 'human' then 'user'
                when 'gpt' then 'assistant'
                when 'tool' then 'function'
                when 'observation' then 'function'
                else lower(pair[1] ->> '$')
            end,
            'content': pair[2] ->> '$'
        }
    )
;

-- Python code that writes a list or dictionary of texts, numbers, True, False and None, as JSON; null where it is none.
create or replace macro python_json(code) as
    try_cast(
        array_to_string(
            list_transform(
                regexp_extract_all(code, '(?s)''(?:[^''\\]|\\.)*''|"(?:[^"\\]|\\.)*"|[^''"]+'),
                lambda piece: case
                    when starts_with(piece, '''') or starts_with(piece, '"')
                        then cast(to_json(unquoted(piece)) as varchar)
                    else replace(replace(replace(piece, 'True', 'true'), 'False', 'false'), 'None', 'null')
                end
            ),
            ''
        ) as json
    )
;

-- What is thought behind the label `Thought:`; null where that is nothing.
create or replace macro labelled_thought(value) as
    without_outer_blanks(regexp_replace(value, '^\s*Thought:', ''))
;

-- Of what stands behind `Action:` the input, behind a label of its own; without the label whatever follows the name.
create or replace macro input_of_call(piece) as
    case
        when contains(piece, chr(10) || 'Action Input:') then split_part(
            substr(piece, strpos(piece, chr(10) || 'Action Input:') + length('Action Input:') + 1),
            chr(10) || 'Thought:', 1
        )
        else split_part(substr(piece, length(split_part(piece, chr(10), 1)) + 1), chr(10) || 'Thought:', 1)
    end
;

-- And the thought behind that, with its label; null without one.
create or replace macro thought_behind_input(piece) as
    case when contains(piece, chr(10) || 'Thought:') then substr(piece, strpos(piece, chr(10) || 'Thought:') + 1) end
;

-- A call that is written as two lines, `Action: name` and `Action Input: {...}`. A Finish that gives an answer is
-- words; without name and input there is only what was thought.
create or replace macro prose_call_segment(turn, thought, called, input) as
    case
        when is_blank(called) and is_blank(input) then words_segment(turn, coalesce(thought, ''))
        when lower(called) = 'finish'
            and (read_arguments(input) ->> '$.return_type') = 'give_answer'
            and not is_blank(read_arguments(input) ->> '$.final_answer')
            then segment('answer_words', turn, thought, called, read_arguments(input) ->> '$.final_answer', null)
        else segment('prose_call', turn, thought, called, input, null)
    end
;

-- A message of such an agent: its calls, each with the thought in front of it, and what is said behind the last.
create or replace macro prose_call_segments(content, turn) as
    list_transform(
        [string_split(chr(10) || coalesce(content, ''), chr(10) || 'Action:')],
        lambda pieces: case
            when len(pieces) = 1 then [words_segment(turn, coalesce(labelled_thought(content), ''))]
            else list_concat(
                list_transform(
                    pieces[2:],
                    lambda piece, nth: prose_call_segment(
                        turn,
                        case
                            when nth = 1 then labelled_thought(pieces[1])
                            else labelled_thought(thought_behind_input(pieces[nth]))
                        end,
                        trim(split_part(piece, chr(10), 1)),
                        without_outer_blanks(input_of_call(piece))
                    )
                ),
                case
                    when labelled_thought(thought_behind_input(pieces[-1])) is null then []
                    else [words_segment(turn, labelled_thought(thought_behind_input(pieces[-1])))]
                end
            )
        end
    )[1]
;

-- -------------------------------------------------------------------------- runs of CodeAct agents, and their tasks

-- The parts of the message that a run begins with: instructions, solved examples, the task.
create or replace macro session_parts(content) as
    string_split(content, concat(chr(10), '---', chr(10), chr(10), 'Task:'))
;

-- The task in that message; null where it does not stand behind a line of dashes.
create or replace macro session_task(content) as
    case
        when len(session_parts(content)) > 1 then nullif(without_outer_blanks(session_parts(content)[-1]), '')
    end
;

-- The instructions in that message without the sentence on how to mark a thought, up to where the next one begins.
create or replace macro session_prompt(content) as
    without_outer_blanks(
        regexp_replace(
            session_parts(content)[1], '(?m)(^|[.!?:][ \t]+)[^.!?:\n]*<thought>.*?</thought>[.]?\s*', '\1'
        )
    )
;

-- An agent's message without the mark in front of it and those around its thoughts.
create or replace macro session_answer(content) as
    without_outer_blanks(
        regexp_replace(
            regexp_replace(
                regexp_replace(content, '^\s*Assistant[:：]\s*', ''),
                '(?s)<thought>\s*(.*?)\s*</thought>', '\1', 'g'
            ),
            '</?thought>', '', 'g'
        )
    )
;

-- The messages of a run, of which the first is taken apart.
create or replace macro session_chat(history) as
    flatten(
        list_transform(
            history,
            lambda message, place: case
                when place = 1 and session_task(content_text(message.content)) is not null then [
                    {'role': 'system', 'content': session_prompt(content_text(message.content))},
                    {
                        'role': 'user',
                        'content': concat('Task:', chr(10), session_task(content_text(message.content)))
                    }
                ]
                when role_letter(message.role) = 'A'
                    then [{'role': message.role, 'content': session_answer(content_text(message.content))}]
                else [{'role': message.role, 'content': content_text(message.content)}]
            end
        )
    )
;

-- How the turns of a run went, but for the last, a letter each: S a solution, E code that met an error, C code that
-- ran, - neither code nor solution.
create or replace macro session_pairs(history) as
    array_to_string(
        list_transform(
            range(2, greatest(coalesce(len(history), 0) - 1, 2), 2),
            lambda place: case
                when contains(history[place].content, '<solution>') then 'S'
                when not coalesce(contains(history[place].content, '<execute>'), false) then '-'
                when contains(history[place + 1].content, 'Error') then 'E'
                else 'C'
            end
        ),
        ''
    )
;

-- How often an agent may act and answer, as its system prompt has it.
create or replace macro session_limits(prompt) as
    coalesce(
        nullif(
            regexp_extract(
                prompt,
                'You have \d+ chances to interact with the environment or propose a solution\.'
                || ' You can only propose a solution \d+ times\.'
            ),
            ''
        ),
        'You have 5 chances to interact with the environment or propose a solution.'
        || ' You can only propose a solution 2 times.'
    )
;

-- The words of a step of a session: a task without its heading and with the limits, code and answers without blanks
-- around them, the reminder of the tags in general words.
create or replace macro session_text(letter, text, step_index, limits) as
    case letter
        when 'U' then concat(
            regexp_replace(text, '^Task:[ \t]*\n', ''),
            case when step_index = 0 then chr(10) || chr(10) || limits end
        )
        when 'E' then replace(
            text, 'please use <execute> YOUR_CODE_HERE </execute>.', 'please follow the instructions.'
        )
        when 'C' then regexp_replace(regexp_replace(text, '^(\s*\n|[ \t]+)', ''), '\s+$', '')
        when 'S' then concat('<solution> ', regexp_replace(text, '^\s+|\s+$', '', 'g'), ' </solution>')
        else text
    end
;

-- A model by one name: in another packing, or with more room for text, it is the same.
create or replace macro codeact_model(name) as
    case regexp_replace(name, '-hf$', '')
        when 'gpt-3.5-turbo-16k-0613' then 'gpt-3.5-turbo-0613'
        else regexp_replace(name, '-hf$', '')
    end
;

-- The id of a task of CodeAct, in the tasks' sources and in the runs. Problems of MATH are told by their words: the
-- numbers that they have in runs depend on the machine that counted them.
create or replace macro codeact_task_id(name, side, number, words) as
    case
        when name in (
            'algebra', 'counting_and_probability', 'geometry', 'intermediate_algebra', 'number_theory', 'prealgebra',
            'precalculus'
        )
            then name || '/' || task_hash(words)
        else name || '/' || case when side <> 'train' then side || '/' else '' end || number
    end
;

-- The tier of a run that solved its task: easy in one or two turns, medium in more. A second round, on what nobody had
-- solved in the first, is hard; what is solved at once there has no tier.
create or replace macro codeact_tier(is_second_round, turns) as
    case
        when is_second_round then case when turns > 2 then 'hard' end
        when turns > 2 then 'medium'
        else 'easy'
    end
;

-- On which side of its source a file of tasks is, by its name.
create or replace macro side_of_file(name) as
    case
        when regexp_matches(
            lower(regexp_extract(name, '[^/]*$')), '(^|[^a-z])(test|dev|valid|validation|unseen)([^a-z]|$)'
        )
            then 'test'
        else 'train'
    end
;

-- The place of a task in a seeded draw: tasks in the order of these texts are in no order at all, and the same one on
-- every machine.
create or replace macro drawn(seed, key) as
    md5(concat(seed, '/', key))
;

-- The first rows of a table as lines, cells with a bar between and without line breaks.
create or replace macro table_head(columns, rows) as
    array_to_string(
        list_transform(
            list_concat([columns], rows[1:5]),
            lambda cells: replace(
                array_to_string(list_transform(cells, lambda cell: coalesce(cell, '')), ' | '), chr(10), ' '
            )
        ),
        chr(10)
    )
;

-- The tests of a program as JSON; null where they are none, or hold no input.
create or replace macro program_tests(input_output) as
    case
        when json_array_length(try_cast(input_output as json), '$.inputs') > 0 then try_cast(input_output as json)
    end
;

-- The number in a level such as `Level 5`, or the number alone.
create or replace macro level_number(level) as
    try_cast(nullif(regexp_extract(level, '^(?:Level )?(\d+)$', 1), '') as integer)
;

-- ------------------------------------------------------------------ general chats: OpenOrca, ShareGPT, Capybara shapes

-- The turns of a chat in ShareGPT's form, without those that only say where it was shared; what a search found is the
-- user's. Markdown's `\_` is the underscore that was meant.
create or replace macro shared_chat(turns) as
    list_transform(
        list_filter(
            turns,
            lambda turn: not coalesce(
                contains(coalesce(turn."value", turn.content), 'This chat conversation is shared from')
                or contains(coalesce(turn."value", turn.content), '*This conversation is shared from'),
                false
            )
        ),
        lambda turn: {
            'role': case coalesce(turn."from", turn.role)
                when 'human' then 'user'
                when 'bing' then 'user'
                when 'gpt' then 'assistant'
                when 'chatgpt' then 'assistant'
                when 'bard' then 'assistant'
                else coalesce(turn."from", turn.role)
            end,
            'content': concat(
                case when coalesce(turn."from", turn.role) = 'bing' then 'Bing Search Result:' || chr(10) end,
                replace(content_text(coalesce(turn."value", turn.content)), '\_', '_')
            )
        }
    )
;

-- The messages of a general chat, whichever of the shapes it has.
create or replace macro general_messages(system_prompt, question, response, conversations, items, conversation) as
    case
        when conversations is not null then shared_chat(conversations)
        when items is not null then shared_chat(items)
        when conversation is not null then flatten(
            list_transform(
                conversation,
                lambda pair: [
                    {'role': 'user', 'content': pair.input}, {'role': 'assistant', 'content': pair.output}
                ]
            )
        )
        else list_filter(
            [
                {'role': 'system', 'content': nullif(system_prompt, '')},
                {'role': 'user', 'content': question},
                {'role': 'assistant', 'content': response}
            ],
            lambda message: message.role <> 'system' or message.content is not null
        )
    end
;

-- Which of the rules for the mix of general chats leaves a chat out, the first in their order; null where none does.
-- Turns are counted where that is a rule of the chat's shape.
create or replace macro general_misfit(shape, source_id, messages) as
    list_transform(
        [array_to_string(list_transform(messages, lambda message: role_letter(message.role)), '')],
        lambda roles: case
            when shape = 'openorca' and not starts_with(source_id, 'cot.') then 'not_reasoning'
            when shape = 'sharegpt' and length(roles) < 4 then 'few_turns'
            when shape = 'sharegpt_gpt4' and length(roles) < 2 then 'few_turns'
            when shape = 'capybara' then null
            when not contains(roles, 'U') then 'no_user'
            when not contains(roles, 'A') then 'no_assistant'
            when list_contains(list_transform(messages, lambda said: said.content), 'Cancelled') then 'cancelled'
            when starts_with(roles, 'A') then 'assistant_first'
            when contains(roles, 'AA') then 'assistant_repeats'
            when contains(roles, 'UU') then 'user_repeats'
        end
    )[1]
;

-- ------------------------------------------------------------------------------ rendering: what an agent does next

-- The calls of a message, numbered by it: structs {step, name, arguments} get an id.
create or replace macro numbered_calls(calls, exchange) as
    list_transform(
        calls,
        lambda given, nth: {
            'step': given.step,
            'id': 'call_' || exchange || case when nth > 1 then '_' || nth else '' end,
            'name': given.name,
            'arguments': given.arguments
        }
    )
;

-- A message of the agent with a line in front that names the type of the action.
create or replace macro typed_message(action_type, said, calls) as
    assistant_words(concat_ws(chr(10), 'Action: ' || action_type, nullif(said, '')), null, calls)
;

-- Messages behind a system prompt of our own words and the source's; none without either.
create or replace macro behind_system(ours, theirs, messages) as
    case
        when ours is null and theirs is null then messages
        else list_prepend(
            to_json({'role': 'system', 'content': concat_ws(chr(10) || chr(10), ours, theirs)}), messages
        )
    end
;

-- A message, whose JSON ends with its content, with words added to that content.
create or replace macro with_words_behind(message, words) as
    cast(
        concat(
            substr(cast(message as varchar), 1, length(cast(message as varchar)) - 2),
            '\n\n', substr(cast(to_json(words) as varchar), 2), '}'
        ) as json
    )
;

-- Messages with a question at their end: behind the words of the last one where somebody else than the agent wrote it,
-- else as a message of the user.
create or replace macro asked(messages, is_answered, question) as
    case
        when is_answered then list_append(messages[:-2], with_words_behind(messages[-1], question))
        else list_append(messages, to_json({'role': 'user', 'content': question}))
    end
;

-- ---------------------------------------------------------------------------------------------- what an action is for

-- The type that the published rules of the Speculative Tool Actions give to a text, first match wins; see
-- standard.action_types. Words end where Python's regular expressions say so: a letter outside ASCII has to become one
-- that the ones here know.
create or replace macro published_action_type(said) as
    list_transform(
        [regexp_replace(lower(said), '[^\x00-\x7F\P{L}]|[^\x00-\x7F\P{N}]', '0', 'g')],
        lambda words: case
            when regexp_matches(words, '\b(final answer|conclusion|summary:|in conclusion|the answer is)\b')
                then 'final_answer'
            when regexp_matches(
                words, '\b(ask for clarification|need more info|could you clarify|what do you mean)\b'
            ) then 'ask_clarification'
            when regexp_matches(
                words, '\b(blocked|unsafe|i cannot|i''m sorry, but|refuse|not allowed|harmful)\b'
            ) then 'BLOCKED'
            when regexp_matches(words, '\b(write.*file|save.*file|edit.*file|patch|diff)\b') then 'file_write'
            when regexp_matches(
                words, '\b(read.*file|view.*file|cat |head |tail |open.*file|get_content)\b'
            ) then 'file_read'
            when regexp_matches(
                words, '\b(repair|fix.*bug|correct.*error|debug|resolve|try.*again with)\b'
            ) then 'repair'
            when regexp_matches(words, '\b(verify|check|validate|test|assert|review)\b') then 'verifier'
            when regexp_matches(words, '\b(search|retrieve|find|lookup|query|google|bing)\b') then 'retrieval'
            else 'tool_call'
        end
    )[1]
;

-- A call in the words that those rules are held against: OpenAI's form, as Python writes JSON.
create or replace macro published_call(function, arguments, id) as
    regexp_replace(
        concat(
            '{"function": {"arguments": ', to_json(cast(arguments as varchar)), ', "name": ', to_json(function),
            '}, "id": ', to_json(id), ', "type": "function"}'
        ),
        '[^\x00-\x7F]', '\\u0000', 'g'
    )
;

-- A command of a shell without the text that it gives a program to read (`<<EOF`); what stands behind it stays.
create or replace macro without_heredoc(command) as
    list_transform(
        [
            {
                'mark': case
                    when contains(command, '<<') and not contains(command, '<<<')
                        then regexp_extract(command, '<<-?[ \t]*[\\''"]?(\w+)', 1)
                    else ''
                end,
                'before': concat(
                    split_part(command, '<<', 1), '<<',
                    split_part(substr(command, strpos(command, '<<') + 2), chr(10), 1)
                )
            }
        ],
        lambda found: case
            when found.mark = '' then command
            else concat(
                replace(found.before, '<<', '< '),
                list_transform(
                    [substr(command, length(found.before) + 1)],
                    lambda rest: case
                        when contains(rest || chr(10), chr(10) || found.mark || chr(10)) then substr(
                            rest,
                            strpos(rest || chr(10), chr(10) || found.mark || chr(10)) + length(found.mark) + 1
                        )
                    end
                )[1]
            )
        end
    )[1]
;

-- The same of up to five such texts.
create or replace macro without_heredocs(command) as
    case
        when contains(command, '<<')
            then list_reduce([command, '', '', '', '', ''], lambda script, again: without_heredoc(script))
        else command
    end
;

-- The first words of one command of a shell: the program and what it is asked first, without folders, ` >` behind them
-- where its output goes into a file, ` -i` where it changes files in place. Variables that are set for it, words of the
-- shell and programs that only run others are passed over.
create or replace macro command_head(piece) as
    lower(
        array_to_string(
            list_transform(
                string_split_regex(
                    regexp_extract(
                        piece,
                        '^[\s({!]*(?:(?:\w+=\S*|if|elif|while|until|then|else|do|sudo|time|nohup|exec|env|xargs'
                        || '|timeout(?:\s+-[ks]\s+\S+|\s+-\S+)*\s+\S+|conda\s+run(?:\s+--\S+|\s+-\w\s+\S+)*)\s+)*'
                        || '([^|>]*?)\s*(?:\d?>|&>|\||$)',
                        1
                    ),
                    '\s+'
                )[1:3],
                lambda word: case when starts_with(word, '-') then word else regexp_replace(word, '^.*/', '') end
            ),
            ' '
        )
    )
    || case
        when regexp_matches(
            regexp_replace(piece, '\d?>&\d|&?\d?>>?\s*/dev/null', '', 'g'), '>>?\s*[^\s&|(>]|\|\s*tee\s'
        ) then ' >'
        when regexp_matches(piece, '^[^|]*\b(sed|perl)\s([^|]*\s)?(-[a-zE0]*i([.]\S*|"")?|--in-place(=\S*)?)(\s|$)')
            then ' -i'
        else ''
    end
;

-- The single commands of a line or script of a shell, without what stands in quotes and lines that are comments.
create or replace macro command_pieces(command) as
    list_distinct(
        string_split_regex(
            regexp_replace(
                regexp_replace(replace(command, '\' || chr(10), ' '), '(?m)^\s*#.*$', '', 'g'),
                '"(?:[^"\\]|\\.)*"|''[^'']*''',
                '""',
                'g'
            ),
            '\s*(?:&&|\|\||;|\n)\s*'
        )
    )
;

-- What Python code does, as far as seeds.action_rules asks.
create or replace macro code_signals(code) as
    list_filter(
        [
            case
                when regexp_matches(code, 'open\([^)\n]*,\s*(mode\s*=\s*)?[''"][wax]') then 'open for writing'
            end,
            case
                when regexp_matches(
                    code,
                    '\b(f|fp|fh|file|out|handle|output)\.write\(|\)\.write\('
                    || '|\.(write_text|to_csv|to_json|dump|savefig)\('
                    || '|\b(write_file|save_file|create_file|append_file|edit_file\w*|insert_content_at_line)\('
                ) then 'write'
            end,
            case when regexp_matches(code, '\b(assert|unittest|pytest)\b') then 'test' end,
            case
                when regexp_matches(
                    code,
                    '\.(read|read_text|readlines)\(|\bread_(csv|excel|json|file)\('
                    || '|\b(goto_line|scroll_up|scroll_down|parse_(pdf|docx|latex|pptx))\('
                ) then 'read'
            end,
            case when regexp_matches(code, '\bopen(_file)?\(') then 'open' end,
            case
                when regexp_matches(
                    code,
                    '\brequests\.(get|post)\(|\burlopen\(|\b(web|wiki|wikipedia|google|bing)_search\('
                    || '|\bwikipedia\.(search|page|summary)\(|\b(search_dir|search_file|find_file)\('
                ) then 'fetch'
            end,
            'runs'
        ],
        lambda signal: signal is not null
    )
;

-- Phrases in what an agent says that seeds.action_rules asks for.
create or replace macro word_signals(said) as
    list_filter(
        [
            case
                when regexp_matches(
                    said,
                    '(?i)^\s*(((i[''’]m|i am) sorry|i apologi[sz]e), but|sorry, but i|as an ai\b|i refuse\b'
                    || '|((sorry|unfortunately|(i[''’]m|i am) (sorry|afraid))[,.]? (that )?)?(i|i[''’]m)'
                    || ' (cannot|can[''’]t|can not|(am )?(unable|not able) to|will not|won[''’]t)'
                    || ' (help|assist|do that|do this|provide|comply|complete|continue|proceed|fulfil|support|create'
                    || '|generate|access|answer|perform))'
                ) then 'refuses'
            end,
            case
                when regexp_matches(
                    said,
                    '(?i)\b(could|can|would) you (please )?(clarify|specify|provide|share|confirm|tell me)\b'
                    || '|\bneed (some |a bit )?more (info|information|details?|context)\b'
                    || '|\bplease (clarify|specify)\b|^\s*please (provide|share|tell me)\b'
                    || '|\bwhat (exactly )?do you mean\b'
                ) then 'asks for more'
            end,
            case
                when regexp_matches(said, '(?i)\b(final answer|the answer is|in conclusion|to conclude)\b')
                    then 'concludes'
            end
        ],
        lambda signal: signal is not null
    )
;

-- What a thought beside a call says that the call is for, likewise.
create or replace macro thought_signals(thought) as
    list_filter(
        [
            case
                when regexp_matches(
                    left(thought, 400),
                    '(?i)\b(verify|double-check|make sure|run the tests?|check (that|whether|if))\b'
                ) then 'check'
            end,
            case
                when regexp_matches(left(thought, 400), '(?i)\b(fix|repair|correct)(ing)? (the|this|that|it|my)\b')
                    then 'mend'
            end,
            case
                when regexp_matches(
                    left(thought, 400), '(?i)\b(search(ing)?|look(ing)?) for\b|\bfind(ing)? (out|where)\b'
                ) then 'search'
            end
        ],
        lambda signal: signal is not null
    )
;

-- The command of a shell that a call or code is; null where it is none.
create or replace macro called_command(function, arguments, language, content) as
    case
        when language in ('bash', 'sh', 'shell', 'zsh', 'console') then content
        when lower(function) in (
            'bash', 'sh', 'shell', 'terminal', 'execute_bash', 'execute_command', 'run_command', 'run_shell_command',
            'run_terminal_cmd'
        ) then coalesce(arguments ->> '$.command', arguments ->> '$.cmd', arguments ->> '$.code')
    end
;

-- The Python code that a call or code is; null where it is none.
create or replace macro called_code(function, arguments, language, content) as
    case
        when language in ('python', 'py', 'ipython', 'python3') then content
        when function in ('execute_ipython_cell', 'ipython', 'python', 'run_python', 'python_interpreter', 'run_code')
            then coalesce(arguments ->> '$.code', '')
    end
;

-- A tool's name with its words joined by `_`, in small letters; behind it ` path` where the call names a file, ` line`
-- where it names a line, ` element` where it names a part of a page.
create or replace macro plain_function(function, arguments) as
    lower(
        regexp_replace(regexp_replace(function, '([a-z0-9])([A-Z])', '\1_\2', 'g'), '[^A-Za-z0-9]+', '_', 'g')
    )
    || case
        when list_has_any(json_keys(arguments), ['bid', 'element', 'element_id', 'selector']) then ' element'
        when list_has_any(
            json_keys(arguments), ['path', 'file', 'file_path', 'filepath', 'file_name', 'filename', 'target_file']
        ) then ' path'
        when list_contains(json_keys(arguments), 'line_number') then ' line'
        else ''
    end
;

-- Which of its commands a call asks of a tool that has several, such as an editor's `view`; null where it asks none.
create or replace macro subcommand(arguments) as
    case
        when regexp_full_match(arguments ->> '$.command', '[A-Za-z_]{2,20}') then lower(arguments ->> '$.command')
    end
;

-- ------------------------------------------------------------------ events at a desktop, and what is proposed for them

-- The moment that an event's time names: seconds since 1970. Times of made-up events have no date.
create or replace macro event_moment(told) as
    case when regexp_full_match(told, '\d{9,10}([.]\d+)?') then to_timestamp(try_cast(told as double)) end
;

-- Seconds on the clock of the source: since 1970, since its first day (`Day 2, 9:05 PM`), or since the year began
-- (`6-3 14:05:00`, of a leap year, since the year is not told); null for what is none of these.
create or replace macro event_seconds(told) as
    case
        when regexp_full_match(told, '\d{9,10}([.]\d+)?') then try_cast(told as double)
        when regexp_full_match(told, 'Day \d{1,6}, \d{1,2}:\d\d(:\d\d)? [AaPp][Mm]') then
            86400.0 * (try_cast(regexp_extract(told, '\d+') as bigint) - 1)
            + list_transform(
                [try_strptime(split_part(told, ', ', 2), ['%I:%M %p', '%I:%M:%S %p'])],
                lambda clock: date_diff('second', date_trunc('day', clock), clock)
            )[1]
        when regexp_full_match(told, '\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}') then
            epoch(try_strptime('2000-' || told, '%Y-%m-%d %H:%M:%S')) - epoch(timestamp '2000-01-01')
    end
;

-- The elements of a JSON list; of any other value the value itself, of null none.
create or replace macro json_items(value) as
    case coalesce(json_type(value), 'NULL')
        when 'ARRAY' then json_extract(value, '$[*]')
        when 'NULL' then []
        else [value]
    end
;

-- What a turn of a trace shows: an event and its time.
create or replace macro turn_event(turn) as
    coalesce(
        json_text(json_extract(turn, '$.observation.event')),
        json_text(json_extract(turn, '$.observation')),
        json_text(turn),
        ''
    )
;

-- The time of a turn, as the source gives it.
create or replace macro turn_time(turn) as
    json_text(json_extract(turn, '$.observation.time'))
;

-- A JSON object without the members that are null; null where nothing is left.
create or replace macro told_members(object) as
    cast(nullif(cast(without_members(object, []) as varchar), '{}') as json)
;

-- The event of a turn as a piece of a trajectory; `place` is the turn's in its trace, from 0. What the turn says beside
-- it goes to the details, but for the members in `known`.
create or replace macro event_piece(turn, place, known) as
    {
        'form': 'event',
        'place': place,
        'content': turn_event(turn),
        'thought': null::varchar,
        'time': turn_time(turn),
        'details': told_members(
            json_object(
                'turn', place,
                'time', turn_time(turn),
                'seconds', event_seconds(turn_time(turn)),
                'task_status', json_extract(turn, '$.task_status'),
                'unreadable', case
                    when json_extract_string(turn, '$.observation.event') is null
                        then 'no event: ' || left(cast(turn as varchar), 200)
                end,
                'observation', told_members(without_members(json_extract(turn, '$.observation'), ['time', 'event'])),
                'extra', told_members(without_members(turn, ['observation', 'task_status'] || known))
            )
        )
    }
;

-- A proposed task as a piece of a trajectory, `position` among those of its turn; one that says nothing is ''.
create or replace macro proposal_piece(task, thought, place, details) as
    {
        'form': 'proposal',
        'place': place,
        'content': coalesce(json_text(task), ''),
        'thought': thought,
        'time': null::varchar,
        'details': told_members(details)
    }
;

-- A turn with the tasks that were proposed for it.
create or replace macro proposing_pieces(turn, place, tasks, known) as
    list_concat(
        [event_piece(turn, place, known)],
        list_transform(
            json_items(tasks),
            lambda task, position: proposal_piece(
                task, null::varchar, place, json_object('turn', place, 'position', position - 1)
            )
        )
    )
;

-- What a model's answer is, one element of its list of tasks: a proposal, none, or the word null in place of none.
create or replace macro answer_status(answer) as
    case
        when coalesce(json_type(answer), 'NULL') = 'NULL' then 'none'
        when is_blank(json_text(answer)) or lower(without_outer_blanks(json_text(answer))) in ('null', 'none')
            then 'null_text'
        else 'proposed'
    end
;

-- Why there is no answer of a model to a turn: it stays as it was annotated when all calls failed; null where there is.
create or replace macro answer_failure(turn) as
    case coalesce(json_type(json_extract(turn, '$.agent_response')), 'missing')
        when 'OBJECT' then 'the annotated turn stands in place of an answer'
        when 'missing' then 'no answer'
    end
;

-- A turn with what a model answered: a list of tasks, mostly one or none. The words about it are on the first answer.
create or replace macro answered_pieces(turn, place) as
    list_transform(
        [
            {
                'turn': turn,
                'other': coalesce(
                    json_extract(turn, '$.other_infomation'), json_extract(turn, '$.other_information')
                )
            }
        ],
        lambda said: list_concat(
            [
                event_piece(
                    said.turn,
                    place,
                    case
                        -- what stands in place of an answer stays with the event
                        when answer_failure(said.turn) is not null then []::varchar[]
                        else ['agent_response', 'other_infomation', 'other_information', 'judgement']
                    end
                )
            ],
            list_transform(
                case
                    when answer_failure(said.turn) is not null then []
                    when len(json_items(json_extract(said.turn, '$.agent_response'))) = 0 then [null::json]
                    else json_items(json_extract(said.turn, '$.agent_response'))
                end,
                lambda answer, position: proposal_piece(
                    answer,
                    case when position = 1 then nullif(json_text(json_extract(said.other, '$.Thoughts')), '') end,
                    place,
                    json_object(
                        'turn', place,
                        'position', position - 1,
                        'status', answer_status(answer),
                        'answer', case when json_type(answer) not in ('VARCHAR', 'NULL') then answer end,
                        'purpose', case when position = 1 then json_extract(said.other, '$.Purpose') end,
                        'response', case when position = 1 then json_extract(said.other, '$.Response') end,
                        'other', case
                            when position = 1
                                then told_members(without_members(said.other, ['Thoughts', 'Purpose', 'Response']))
                        end,
                        'judgement', json_items(json_extract(said.turn, '$.judgement'))[position]
                    )
                )
            )
        )
    )[1]
;

-- The traces of one kind are of one task when they begin with the same event, whoever answered or judged them.
create or replace macro trace_task(event) as
    task_hash(event)
;

-- What a judge says, as a truth value: true, "accepted" and such words; null for what is neither yes nor no.
create or replace macro verdict_of(said) as
    case lower(json_text(said))
        when 'true' then true
        when 'accepted' then true
        when 'accept' then true
        when 'false' then false
        when 'rejected' then false
        when 'reject' then false
    end
;

-- What an annotator's label is: places of accepted tasks among `tasks` of them, nothing, or a word. A page that shows
-- empty boxes behind the last task lets an annotator select one that is none: such a label is no vote.
create or replace macro label_status(label, tasks) as
    case
        when json_type(label) = 'ARRAY' then
            case
                when len(json_items(label)) = 0 then 'nothing_selected'
                when len(
                    list_filter(
                        json_items(label),
                        lambda place: coalesce(try_cast(json_text(place) as integer), -1) not between 0 and tasks - 1
                    )
                ) > 0 then 'unreadable'
                else 'selected'
            end
        when json_text(label) = 'Reject all' then 'reject_all'
        when json_text(label) = 'need' then 'need'
        when json_text(label) = 'no need' then 'no_need'
        else 'unreadable'
    end
;

-- What a label says of each of so many tasks; null where it says nothing of tasks.
create or replace macro label_votes(label, tasks) as
    case
        when label_status(label, tasks) in ('selected', 'nothing_selected', 'reject_all') then
            list_transform(
                range(tasks),
                lambda place: list_contains(
                    list_transform(
                        json_items(label), lambda chosen: coalesce(try_cast(json_text(chosen) as bigint), -1)
                    ),
                    place
                )
            )
    end
;

-- How many of some votes are for it.
create or replace macro count_true(votes) as
    coalesce(len(list_filter(votes, lambda vote: vote)), 0)
;

-- How many of some votes are against it.
create or replace macro count_false(votes) as
    coalesce(len(list_filter(votes, lambda vote: not vote)), 0)
;

-- What most of some votes say; null where there are fewer than two on a side, or as many on the other.
create or replace macro majority(votes) as
    case
        when count_true(votes) >= 2 and count_true(votes) > count_false(votes) then true
        when count_false(votes) >= 2 and count_false(votes) > count_true(votes) then false
    end
;

-- The kind of a row of reward data: whether a task was rightly proposed, or silence rightly kept.
create or replace macro reward_category(has_task, valid) as
    case
        when valid is null then null
        when has_task and valid then 'CD'
        when has_task then 'FA'
        when valid then 'CR'
        else 'MN'
    end
;

-- A share as the published metrics have it: never a division by zero.
create or replace macro share_as_published(part, whole) as
    part / (whole + 1e-8)
;

-- A share; null of nothing.
create or replace macro share_of(part, whole) as
    part / nullif(cast(whole as double), 0)
;

-- The tasks that annotators were shown for a turn; those of a turn that nobody has reached yet are where the bench has
-- them.
create or replace macro shown_tasks(turn) as
    coalesce(json_extract(turn, '$.candidate_task'), json_extract(turn, '$.agent_response.candidate_task'))
;

-- Whether a line of the gym is on a channel.
create or replace macro is_on_channel(tags, channel) as
    list_contains(list_transform(json_items(tags), lambda tag: json_text(tag)), channel)
;

-- What the simulated user says of a proposal, `... Is Accepted: True`; null where the words do not end in a verdict.
create or replace macro gym_verdict(content) as
    case lower(regexp_extract(content, '(?i)Is Accepted:\s*(True|False)\s*$', 1))
        when 'true' then true
        when 'false' then false
    end
;

-- The JSON object that an agent answers with; null where it is none.
create or replace macro proactive_answer(content) as
    case when json_type(try_cast(content as json)) = 'OBJECT' then try_cast(content as json) end
;

-- The task in such an answer; the live agent spells it with an underscore.
create or replace macro proactive_task(answer) as
    coalesce(json_extract(answer, '$."Proactive Task"'), json_extract(answer, '$.Proactive_Task'))
;

-- An answer of the proactive agent as it is trained to give it: what it thinks, the task or null, its words or null.
create or replace macro proactive_reply(purpose, thoughts, task, response) as
    cast(
        json_object('Purpose', purpose, 'Thoughts', thoughts, 'Proactive Task', task, 'Response', response) as varchar
    )
;

-- Events with their times as the user's message for the agents that watch a desktop; `heading` names the list.
create or replace macro events_shown(heading, events) as
    concat('{', to_json(heading), ': ', cast(to_json(events) as varchar), '}')
;

-- What a reward model is asked: the events so far, and a task that could be proposed now, or null.
create or replace macro reward_question(events, task) as
    concat(
        '{"Observations (Time Ascending)": ', cast(to_json(events) as varchar),
        ', "Proposed Task": ', coalesce(cast(to_json(task) as varchar), 'null'),
        ', "Instruction": ',
        to_json('Say whether the user would accept what is proposed. Null proposes nothing.'),
        '}'
    )
;

-- What it answers: why, as far as somebody has written that down, and the verdict.
create or replace macro reward_answer(explanation, valid) as
    concat(
        '{',
        '"thought": ' || cast(to_json(nullif(explanation, '')) as varchar) || ', ',
        '"judgement": ', case when valid then '"accepted"' else '"rejected"' end,
        '}'
    )
;
