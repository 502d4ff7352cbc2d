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
            array_to_string(
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
                '"'
            ), chr(2), '\"'
        ), chr(1), '\\'
    )
;

-- A JSON value as a Python literal.
create or replace macro python_literal(value) as
    respaced_json(value, 'True', 'False', 'None')
;

-- A call as Python code: arguments (a JSON object) by keyword, in their order. A key that is no name of Python's goes
-- as `**{"key": value}`.
create or replace macro python_call(function, arguments) as
    python_name(function)
    || '('
    || array_to_string(
        list_transform(
            map_entries(cast(cast(arguments as json) as map(varchar, json))),
            lambda argument: case
                when is_python_name(argument.key)
                    then argument.key || '=' || coalesce(python_literal(argument.value), 'None')
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
    || array_to_string(
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

-- A tool as a Python reader meets it: signature, then what it does and what its parameters mean.
create or replace macro tool_documentation(name, description, parameters) as
    concat_ws(
        chr(10),
        tool_signature(name, parameters),
        indented(trim(description)),
        nullif(
            array_to_string(
                list_transform(
                    list_filter(
                        flatten(tool_parameters(parameters)),
                        lambda parameter: json_exists(parameter.schema, '$.description')
                    ),
                    lambda parameter: indented(
                        '- ' || python_name(parameter.name) || ': ' || (parameter.schema ->> '$.description')
                    )
                ),
                chr(10)
            ),
            ''
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
            array_to_string(
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
            array_to_string(
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
        '[Current URL: ' || url || ']' || chr(10),
        '[Focused element bid: ', coalesce('"' || bid || '"', 'None'), ']', chr(10),
        chr(10),
        '[Action executed successfully.]', chr(10),
        '============== BEGIN accessibility tree ==============', chr(10),
        axtree, chr(10),
        '============== END accessibility tree ==============', chr(10)
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
                'value': array_to_string(
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

-- ---------------------------------------------------- parsing: XML function calls, OpenAI tool calls, JSON arguments

-- The text of a message whose content may be a list of parts, given as its JSON text: the parts' texts, a line break
-- between them. Text that merely begins with a bracket stays as it is.
create or replace macro content_text(content) as
    case
        when not starts_with(content, '[') then content
        when json_array_length(try_cast(content as json)) = len(json_extract(try_cast(content as json), '$[*].type'))
            then array_to_string(
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
                    array_to_string(
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
-- it. An edit may hold fences of its own: it begins behind an empty line and goes to the last fence.
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
                                regexp_matches(pieces[block.first], '^\s*\nstr_replace_editor\s')
                                and regexp_matches(pieces[block.first - 1], '(^|\n)\s*$')
                        )[1],
                        last_fenced_block(pieces)
                    )
                    else last_fenced_block(pieces)
                end
            ],
            lambda block: case
                when block.first = 0 then [segment('words', turn, null, null, content, null)]
                else list_filter(
                    [
                        segment(
                            'fenced_call',
                            turn,
                            array_to_string(pieces[:block.first - 1], chr(10) || '```'),
                            null,
                            array_to_string(pieces[block.first:block.last - 1], chr(10) || '```'),
                            null
                        ),
                        segment(
                            'words',
                            turn,
                            null,
                            null,
                            without_outer_blanks(array_to_string(pieces[block.last:], chr(10) || '```')),
                            null
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
                                segment('words', turn, null, null, without_outer_blanks(cut.behind), null)
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

-- A value between tags as JSON: a text, unless the tool's schema says integer or array and it reads as one.
create or replace macro typed_json(value, type) as
    case
        when type = 'integer' and regexp_full_match(value, '\s*-?\d{1,18}\s*')
            then cast(try_cast(trim(value, e' \n\t\r') as bigint) as varchar)
        when type = 'array' and json_type(try_cast(value as json)) = 'ARRAY' then value
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
                        'name': split_part(parameter, '>', 1),
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

-- Arguments that a model wrote as JSON: null unless they are an object whose keys are unique.
create or replace macro read_arguments(arguments) as
    list_transform(
        [try_cast(arguments as json)],
        lambda value: case
            when json_type(value) = 'OBJECT' and len(json_keys(value)) = len(list_distinct(json_keys(value)))
                then value
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
    case
        when rejected_row is not null or ending.unreadable is not null then 'unreadable_step'
        when ending.last_class <> 'message_action' then 'incomplete'
    end
;

-- What is to be said beside that reason.
create or replace macro browsing_exclusion_detail(rejected_row, ending) as
    case
        when rejected_row is not null then 'rejected line ' || rejected_row
        when ending.unreadable is not null then concat('step ', ending.unreadable_step, ': ', ending.unreadable)
        when ending.last_class <> 'message_action' then 'the agent never stops'
    end
;

-- The last message in the Agent Data Protocol's standardized form.
create or replace macro finish_message(message) as
    case when message = '' then '<finish></finish>' else '<finish> ' || message || ' </finish>' end
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
    array_to_string(
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
        array_to_string(
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
    case when contains(value, chr(10)) then substr(value, 1, strpos(value, chr(10)) - 1) else value end
;

-- What stands behind the first line, the newline included.
create or replace macro behind_first_line(value) as
    case when contains(value, chr(10)) then substr(value, strpos(value, chr(10))) else '' end
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
    array_to_string(
        list_transform(
            string_split(
                array_to_string(
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
            lambda moves: array_to_string(
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
    array_to_string(
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
            array_to_string(
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

-- An agent's message of prose with tags as units: code in <execute>, an answer in <solution>. Where the tags do not
-- come in pairs the last <solution> counts, else the last <execute>, and what stands before it is the thought.
create or replace macro tagged_units(content) as
    case
        when regexp_matches(content, '<(execute|solution)>\s*</(execute|solution)>') then 'Y' || content
        when regexp_full_match(
            array_to_string(regexp_extract_all(content, '</?(execute|solution)>'), ''),
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

-- An agent's message in the form of "Think: ... Act: ..." as units: bash with code in a fence, answer(...), or finish.
create or replace macro act_units(content) as
    list_transform(
        [
            {
                'thought': regexp_extract(content, '(?s)^\s*(?:Think:\s*)?(.*?)\s*(?:^|\n)\s*Act:', 1),
                'act': regexp_extract(content, '(?s)(?:^|\n)\s*Act:\s*(.*)$', 1)
            }
        ],
        lambda said: case
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
