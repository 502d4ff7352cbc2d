-- Examples of the macros in sql/macros.sql: a title that begins with the macro's name, an expression, what it gives.
-- Both are SQL expressions; tests/test_macros.py compares them and sees that no macro lacks an example.

-- make_trajectory_id: an id that comes once
make_trajectory_id('swe-smith', 'a__b.1', 1);
'swe-smith/a__b.1';

-- make_trajectory_id: an id that comes again
make_trajectory_id('swe-smith', 'a__b.1', 3);
'swe-smith/a__b.1#3';

-- make_trajectory_id: an id that looks like another's second
make_trajectory_id('swe-smith', 'a__b.1#2', 1);
'swe-smith/a__b.1#2#1';

-- make_trajectory_id: a mark within the id is none
make_trajectory_id('swe-smith', 'a#2b', 1);
'swe-smith/a#2b';

-- task_hash: case and white space are folded
task_hash(e'  Fix\tthe\n\nBUG ');
md5('fix the bug');

-- tool_schema: a tool without parameters
tool_schema('submit', 'Hands "it" in.', null);
'{"type":"function","function":{"name":"submit","description":"Hands \"it\" in.","parameters":{"type":"object","properties":{}}}}';

-- joined: texts, and none
[joined(['a', 'b'], ', '), joined(['a', null, 'b'], ', '), joined([], ', '), joined(null, ', ')];
['a, b', 'a, b', '', ''];

-- tag_name: up to the first bracket
[tag_name('command>a > b'), tag_name('no end'), tag_name(null)];
['command', 'no end', null];

-- canonical_tools: sorted by name
canonical_tools('[{"function": {"name": "b"}}, {"function": {"name": "a"}}]');
'[{"function":{"name":"a"}},{"function":{"name":"b"}}]';

-- is_python_name: letters, digits and underscores
[is_python_name('a_1'), is_python_name('_'), is_python_name('1a'), is_python_name('a-b'), is_python_name('é')];
[true, true, false, false, false];

-- is_python_name: keywords cannot be names, what looks like one can
[is_python_name('lambda'), is_python_name('None'), is_python_name('none'), is_python_name('')];
[false, false, true, false];

-- python_name: other characters become underscores
[python_name('search'), python_name('c++'), python_name('exa-search'), python_name('6502'), python_name('from')];
['search', 'c__', 'exa_search', '_6502', 'from_'];

-- python_string: quotes, backslashes and control characters are escaped, other characters are not
python_string(e'a "b" \\ \n\t\x01é😀/');
'"a \"b\" \\ \n\t\u0001é😀/"';

-- respaced_json: only what stands outside of strings is touched
respaced_json('{"a,b":[true,"true:,\"false\"\\",null],"c":{"d":false}}', 'yes', 'no', 'nothing');
'{"a,b": [yes, "true:,\"false\"\\", nothing], "c": {"d": no}}';

-- respaced_json: escapes that Python does not know are resolved
respaced_json('["\/", "\ud83d\ude00", "\u00e9"]', 'true', 'false', 'null');
'["/", "😀", "é"]';

-- python_literal: the words of Python
python_literal('[true, false, null, 1.5, -2, "x"]');
'[True, False, None, 1.5, -2, "x"]';

-- call_in_quotes: arguments by keyword, in their order
call_in_quotes('click', '{"bid": "a\"1", "double": false, "n": 2}', '"');
'click(bid="a\"1", double=False, n=2)';

-- call_in_quotes: keys that are no names
call_in_quotes('f', '{"from": 1, "a b": [null], "c": "d"}', '"');
'f(**{"from": 1}, **{"a b": [None]}, c="d")';

-- call_in_quotes: no arguments
call_in_quotes('go-back', '{}', '"');
'go_back()';

-- python_type: what JSON schema and Python call the same
[python_type('{"type": "string"}'), python_type('{"type": "array"}'), python_type('{"type": ["string", "null"]}'), python_type('{}')];
['str', 'list', null, null];

-- tool_parameters: needed ones first, each in the schema's order
list_transform(
    flatten(tool_parameters('{"properties": {"a": {}, "b": {}, "c": {}, "d": {}}, "required": ["d", "b"]}')),
    lambda parameter: parameter.name || case when parameter.needed then '!' else '' end
);
['b!', 'd!', 'a', 'c'];

-- tool_parameters: a tool without properties
flatten(tool_parameters('{"properties": null}'));
[];

-- tool_signature: types and defaults
tool_signature('type', '{"properties": {"enter": {"type": "boolean", "default": true}, "bid": {"type": "string"}, "x": {}}, "required": ["bid"]}');
'type(bid: str, enter: bool = True, x = None)';

-- shape_fits: types are compared, whole numbers are numbers
[
    shape_fits('{"type": "string"}', '"VARCHAR"', true),
    shape_fits('{"type": "number"}', '"UBIGINT"', true),
    shape_fits('{"type": "integer"}', '"DOUBLE"', true),
    shape_fits('{"type": ["array", "string"]}', '["VARCHAR"]', true),
    shape_fits('{"type": "object"}', '"JSON"', true)
];
[true, true, false, true, true];

-- shape_fits: null where nothing must be given, and anything where the schema names no type
[
    shape_fits('{"type": "string"}', '"NULL"', false),
    shape_fits('{"type": "string"}', '"NULL"', true),
    shape_fits('{}', '{"a":"VARCHAR"}', true),
    shape_fits(null, '"BOOLEAN"', true)
];
[true, false, true, true];

-- indented: empty lines stay empty
indented(e'a\n\n  b');
e'    a\n\n      b';

-- tool_documentation: signature, description, what the parameters mean
tool_documentation('look(at: str = None, n = None)', e'Looks.\nTwice.', '{"properties": {"at": {"type": "string", "description": "where"}, "n": {}}}');
e'look(at: str = None, n = None)\n    Looks.\n    Twice.\n    - at: where';

-- tool_documentation: nothing to say
tool_documentation('look()', null, '{}');
'look()';

-- parameter_block: the value on lines of its own
parameter_block('path', '/a');
e'<parameter=path>\n/a\n</parameter>\n';

-- parameter_blocks: texts as they are
parameter_blocks('{"new_str": "\n\t\"x\" </parameter>", "n": 3, "flag": true, "none": null}');
e'<parameter=new_str>\n\n\t"x" </parameter>\n</parameter>\n<parameter=n>\n3\n</parameter>\n<parameter=flag>\ntrue\n</parameter>\n';

-- parameter_blocks: lists and objects as JSON, null left out
parameter_blocks('{"range":[1,-1],"none":null,"text":"[1,2]","deep":{"a":null}}');
e'<parameter=range>\n[1, -1]\n</parameter>\n<parameter=text>\n[1,2]\n</parameter>\n<parameter=deep>\n{"a": null}\n</parameter>\n';

-- tool_call_block: a call without parameters
tool_call_block('submit', '');
e'<function=submit>\n</function>';

-- bash_word: quotes and backslashes are escaped, lines stay
bash_word(e'print(''a\\n'')\nb');
e'$''print(\\''a\\\\n\\'')\nb''';

-- is_blank: neither a letter nor a sign
[is_blank(null), is_blank(''), is_blank(e' \n\t'), is_blank(e'\n.')];
[true, true, true, false];

-- without_trailing_blanks: blanks in front stay
without_trailing_blanks(e' a \n\t\n');
' a';

-- without_trailing_blanks: nothing left
without_trailing_blanks(e' \n');
null;

-- pick: by the md5 of the seed
[pick(['a', 'b', 'c'], 'x'), pick(['a', 'b', 'c'], 'swe-smith/1'), pick(['a'], 'y')];
['b', 'c', 'a'];

-- page_text: a page with all that is known of it
page_text('https://a.example/', 'a51', '[a51] link');
e'[Current URL: https://a.example/]\n[Focused element bid: "a51"]\n\n[Action executed successfully.]\n============== BEGIN accessibility tree ==============\n[a51] link\n============== END accessibility tree ==============\n';

-- page_text: a page without an address, and nothing that was acted on
page_text(null, null, 'x');
e'[Current URL: None]\n[Focused element bid: None]\n\n[Action executed successfully.]\n============== BEGIN accessibility tree ==============\nx\n============== END accessibility tree ==============\n';

-- path_tail: the last segments, whatever separates them
[path_tail('/a/b/c.png', 2), path_tail('C:\x\y.png', 1), path_tail('c.png', 3), path_tail('./a//b/c', 2)];
['b/c.png', 'y.png', 'c.png', 'b/c'];

-- portable_path: a path within the dump stays
[portable_path('0/screenshot_0.png', 1), portable_path('a b/ü.png', 1), portable_path('a..b/c', 1)];
['0/screenshot_0.png', 'a b/ü.png', 'a..b/c'];

-- portable_path: of a path on somebody's machine the end stays, and no line breaks
[
    portable_path('/mnt/x/1-0.png', 1), portable_path('C:\w\x\1.png', 2), portable_path('~/1.png', 1),
    portable_path('../x/1.png', 2), portable_path(e'a\nb.png', 2)
];
['1-0.png', 'x/1.png', '1.png', 'x/1.png', 'a b.png'];

-- image_list: an image whose bytes have been landed
image_list('a.png', {'sha256': 'ab12', 'media_type': 'image/png', 'width': 3, 'height': 4});
[{'sha256': 'ab12', 'path': 'a.png', 'media_type': 'image/png', 'width': 3, 'height': 4}];

-- image_place: by its hash
image_place({'sha256': 'ab12', 'path': 'x/a.JPEG', 'media_type': 'image/jpeg'});
'images/ab/ab12.jpg';

-- image_place: the ending that the file has, where nothing is known of its kind
image_place({'sha256': 'ab12', 'path': 'x/a.BMP', 'media_type': null});
'images/ab/ab12.bmp';

-- image_place: bytes that were not in the dump
image_place({'sha256': null, 'path': 'x/a.png', 'media_type': null});
'x/a.png';

-- scripted_task: in several spellings
[
    scripted_task(value).script
    for value in [e'Task: a\nOutput Script:\nx(1)\n', e'task : a\r\noutput :\r\nx(1)', e'Task: a\nScript\nx(1)', 'Task: a']
];
['x(1)', 'x(1)', 'x(1)', ''];

-- touch_function: the action's own name, and what is none
[
    touch_function('{"action_type": "click", "x": 1}'), touch_function('{"action_type": "navigate_back"}'),
    touch_function('{"action_type": "fly"}'), touch_function('{}'), touch_function('"click"'), touch_function(null)
];
['click', 'back', null, null, null, null];

-- gesture_kind: words and numbers
[
    gesture_kind('dual-point gesture'), gesture_kind('DUAL_POINT'), gesture_kind('4'), gesture_kind(' go back'),
    gesture_kind('STATUS_TASK_COMPLETE'), gesture_kind('11'), gesture_kind('0'), gesture_kind(null)
];
['gesture', 'gesture', 'gesture', 'go_back', 'task_complete', 'task_impossible', null, null];

-- gesture_function: several kinds may share one
[gesture_function('gesture'), gesture_function('enter'), gesture_function('task_impossible'), gesture_function(null)];
['touch_and_lift', 'press', 'end', null];

-- gesture_arguments: what is below comes second in a call
gesture_arguments('gesture', null, '[0.25, 0.5]', '[1, 0]');
'{"x0":0.5,"y0":0.25,"x1":0,"y1":1}';

-- gesture_arguments: without places there are none
[
    gesture_arguments('gesture', null, '[0.25]', '[1, 0]'), gesture_arguments('gesture', null, '[0.25, "a"]', '[1, 0]'),
    gesture_arguments('gesture', null, null, '[1, 0]'), gesture_arguments(null, 'x', '[1, 0]', '[1, 0]')
];
[null, null, null, null];

-- gesture_arguments: texts, keys and the end
[
    gesture_arguments('type', 'a "b"', null, null), gesture_arguments('enter', null, null, null),
    gesture_arguments('task_impossible', null, null, null), gesture_arguments('type', null, null, null)
];
['{"text":"a \"b\""}', '{"key_name":"enter"}', '{"succeeds":false}', '{"text":""}'];

-- place_part: a number of a pair
[place_part('[0.5, 2]', '$[0]'), place_part('[0.5, 2]', '$[1]'), place_part('[0.5, 2, 3]', '$[1]'), place_part('{}', '$[0]')];
['0.5', '2', null, null];

-- place_part: of no place
[place_part('[-1, -1.0]', '$[0]'), place_part('[-1, 0]', '$[0]')];
[null, '-1'];

-- gesture_image: the name alone
[gesture_image('/mnt/x/screens/12-0'), gesture_image('12-0.png'), gesture_image('a/12-0.JPG')];
['12-0.png', '12-0.png', '12-0.JPG'];

-- images_text: elements with a text are named
images_text(
    [{'path': 'a.png'}],
    '[{"text": "OK", "element_type": "TEXT"}, {"text": "", "element_type": "ICON"}, {"text": "Go", "bounding_box": {}}]'
);
e'[Image: a.png]\nElements detected: OK (TEXT), Go';

-- images_text: an image that stands there whole
images_text([{'path': 'data:image/png;base64,AAAA'}, {'path': 'data.png'}], null);
'[Image: inline/' || md5('data:image/png;base64,AAAA') || e']\n[Image: data.png]';

-- images_text: nothing to name
[
    images_text([{'path': 'a.png'}, {'path': 'b.png'}], null), images_text([{'path': 'a.png'}], '[]'),
    images_text([{'path': 'a.png'}], '"free text"'), images_text([{'path': 'a.png'}], '[{"text": ""}]')
];
[e'[Image: a.png]\n[Image: b.png]', '[Image: a.png]', '[Image: a.png]', '[Image: a.png]'];

-- side_starts: positions where the side changes
side_starts(['human', 'human', 'gpt', 'human', 'human']);
[1, 3, 4];

-- closed_conversation: behind a call both speak, behind its outcome the agent, else nobody
list_transform(
    ['call', 'outcome', 'finish'],
    lambda ending: array_to_string(
        list_transform(
            closed_conversation([{'from': 'human', 'value': 'a'}], ending, 'b', 'c'),
            lambda turn: turn['from'] || ' ' || turn['value']
        ),
        ', '
    )
);
['human a, human b, gpt c', 'human a, gpt c', 'human a'];

-- alternating: neighbours of one side become one turn
alternating(
    [{'from': 'human', 'value': 'a'}, {'from': 'human', 'value': 'b'}, {'from': 'gpt', 'value': 'c'}],
    [1, 3]
);
[{'from': 'human', 'value': e'a\n\nb'}, {'from': 'gpt', 'value': 'c'}];

-- browsing_ending: the last action's class, and the first action that no rule read
(
    select browsing_ending(class, step_index, details)
    from (values ('api_action', 2, '{"unreadable":"x"}'), ('message_action', 4, '{}'), ('api_action', 3, '{}'))
        as t (class, step_index, details)
);
{'last_class': 'message_action', 'unreadable_step': 2, 'unreadable': 'x'};

-- browsing_exclusion: a line that was not landed, an action that was not read, no end
[
    browsing_exclusion(7, {'last_class': 'message_action', 'unreadable': null}),
    browsing_exclusion(null, {'last_class': 'message_action', 'unreadable': 'x'}),
    browsing_exclusion(null, {'last_class': 'api_action', 'unreadable': null}),
    browsing_exclusion(null, {'last_class': 'message_action', 'unreadable': null})
];
['unreadable_step', 'unreadable_step', 'incomplete', null];

-- browsing_exclusion_detail: what is to be said of the same
[
    browsing_exclusion_detail(7, {'last_class': 'message_action', 'unreadable_step': null, 'unreadable': null}),
    browsing_exclusion_detail(null, {'last_class': 'message_action', 'unreadable_step': 2, 'unreadable': 'x'}),
    browsing_exclusion_detail(null, {'last_class': 'api_action', 'unreadable_step': null, 'unreadable': null})
];
['rejected line 7', 'step 2: x', 'the agent never stops'];

-- finish_message: between tags
finish_message('Done.');
'<finish> Done. </finish>';

-- finish_message: without words
finish_message('');
'<finish></finish>';

-- content_text: text stays, also where it begins with a bracket
list_transform(
    ['a', '[1, 2]', '[b', '[{"type": "bar", "name": "b"}]', null], lambda content: content_text(content)
);
['a', '[1, 2]', '[b', '[{"type": "bar", "name": "b"}]', null];

-- content_text: parts are put together, what is no text as its JSON
content_text('[{"type": "text", "text": "a"}, {"type": "image", "path": "b"}]');
'a' || chr(10) || '{"type":"image","path":"b"}';

-- without_outer_blanks: inner blanks stay
[without_outer_blanks(e'\n  a  b \n'), without_outer_blanks(e' \n')];
['a  b', null];

-- segment: a call
segment('json_call', 0, 'Look.', 'bash', '{"command":"ls"}', 'c1');
{'form': 'json_call', 'turn': 0, 'thought': 'Look.', 'called': 'bash', 'text': '{"command":"ls"}', 'id': 'c1'};

-- last_fenced_block: a bare fence closes the innermost block
last_fenced_block(['thought', 'python', '', e'\ncat <<E', 'sh', '', '']).first;
4;

-- last_fenced_block: a block that stays open is none
last_fenced_block(['thought', e'\nls']).first;
0;

-- shell_words: bare and quoted words, and a quote in quotes
shell_words('a  ''b c'' ''it''"''"''s'' ''''');
['a', 'b c', 'it''s', ''];

-- shell_words: a quote that stays open
shell_words('a ''b');
null;

-- editor_parameters: options take one word, but for the two of view_range
editor_parameters(['str_replace_editor', 'view', '/a', '--view_range', '1', '9', '--old_str', 'x']);
['command>view', 'path>/a', 'view_range>[1, 9]', e'old_str>\nx\n'];

-- editor_parameters: an option without its word
editor_parameters(['str_replace_editor', 'view', '/a', '--old_str']);
null;

-- fenced_call_segments: thought, call, words behind
list_transform(fenced_call_segments(e'a\n```\nls\n```\nb', 0), lambda part: [part.form, part.thought, part.text]);
[['fenced_call', e'\na', e'\nls'], ['words', null, 'b']];

-- function_call_pieces: a mark in an open parameter belongs to its value
function_call_pieces(['a', 'b><parameter=c>', 'd></parameter></function>', 'e></function>']);
['a', 'b><parameter=c><function=d></parameter></function>', 'e></function>'];

-- cut_function_call: at the end of the call
cut_function_call(e'a>\n<parameter=b></function></parameter>\n</function>c');
{'call': e'a>\n<parameter=b></function></parameter>\n</function>', 'behind': 'c'};

-- cut_function_call: a call without its end
cut_function_call('a>b');
null;

-- function_call_segments: two calls, the thought with the first
list_transform(
    function_call_segments('a<function=b></function>c<function=d></function>', 0),
    lambda part: [part.form, part.thought, part.text]
);
[['xml_call', 'a', 'b></function>'], ['words', null, 'c'], ['xml_call', null, 'd></function>']];

-- plain_call_parameters: single line breaks between the tags
plain_call_parameters(e'a>\n<parameter=b>1</parameter>\n<parameter=c>\n 2\n</parameter>\n</function>');
['b>1', e'c>\n 2\n'];

-- plain_call_parameters: other blanks are not read
plain_call_parameters('a><parameter=b>1</parameter></function>');
null;

-- loose_call_parameters: other blanks are read
loose_call_parameters('a> <parameter=b>1</parameter>  <parameter=c>2</parameter></function>');
['b>1', 'c>2'];

-- loose_call_parameters: a parameter that never closes
loose_call_parameters(e'a>\n<parameter=b>1\n<parameter=c>2</parameter>\n</function>');
null;

-- function_call_parameters: a call without any, and a value that holds one
[
    function_call_parameters(e'a>\n</function>'),
    function_call_parameters(e'a>\n<parameter=b><parameter=c>1</parameter></parameter>\n</function>')
];
[[], ['b><parameter=c>1</parameter>']];

-- parameter_value: one line break in front and one behind belong to the tags
[parameter_value('a>1'), parameter_value(e'a>\n\n  1 \n\n'), parameter_value(e'a>1\n'), parameter_value(e'a>\n')];
['1', e'\n  1 \n', e'1\n', ''];

-- typed_json: a text unless the tool says otherwise
[typed_json('007', null), typed_json('007', 'integer'), typed_json('x', 'integer'), typed_json('None', 'integer')];
['"007"', '7', '"x"', 'null'];

-- typed_json: a list that is none stays text
[typed_json('[1, 2]', 'array'), typed_json('[1', 'array'), typed_json('[1]', null)];
['[1, 2]', '"[1"', '"[1]"'];

-- parameters_as_json: in their order
parameters_as_json(['b>2', e'a>\n"x"\n'], map {'b': 'integer'});
'{"b":2,"a":"\"x\""}';

-- read_arguments: on one line, however it was laid out
cast(read_arguments('{' || chr(10) || '  "a": "x' || '\n' || '"' || chr(13) || chr(10) || '}') as varchar);
'{"a":"x\n"}';

-- read_arguments: an object with unique keys
[read_arguments('{"a": 1}'), read_arguments('{"a": 1, "a": 2}'), read_arguments('[1]'), read_arguments('{"a"')];
['{"a": 1}', null, null, null];

-- read_arguments: not nested without end
[
    read_arguments(concat('{"a":', repeat('[', 200), repeat(']', 200), '}')),
    read_arguments(concat('{"a":', repeat('{"b":', 200), '"}"', repeat('}', 200), '}'))
];
[null, null];

-- read_arguments: many lists beside each other, and brackets in texts
read_arguments(concat('{"a":[', repeat('[[{"b":[{"c":[[1]]}]}]],', 300), '"', repeat('[{\"', 300), '"]}')) is not null;
true;

-- is_too_deep: at most 120 levels
[is_too_deep(repeat('[', 100) || repeat(']', 100)), is_too_deep(repeat('[', 130) || repeat(']', 130))];
[false, true];

-- without_inner_brackets: four levels less
without_inner_brackets('[[[[[{}]]][]]]');
'[[]]';

-- typed_json: a list nested without end is text
typed_json(concat(repeat('[', 200), repeat(']', 200)), 'array');
concat('"', repeat('[', 200), repeat(']', 200), '"');

-- are_calls_in_order: each call right before its result
are_calls_in_order([
    {'is_call': false, 'is_result': false, 'turn': null, 'id': null},
    {'is_call': true, 'is_result': false, 'turn': 0, 'id': 'a'},
    {'is_call': false, 'is_result': true, 'turn': null, 'id': 'a'}
]);
true;

-- are_calls_in_order: parallel calls are not
are_calls_in_order([
    {'is_call': true, 'is_result': false, 'turn': 0, 'id': 'a'},
    {'is_call': true, 'is_result': false, 'turn': 0, 'id': 'b'},
    {'is_call': false, 'is_result': true, 'turn': null, 'id': 'a'}
]);
false;

-- answered_calls: by id, else the last call of the turn before
answered_calls([
    {'is_call': true, 'is_result': false, 'turn': 0, 'id': 'a'},
    {'is_call': true, 'is_result': false, 'turn': 0, 'id': 'b'},
    {'is_call': false, 'is_result': true, 'turn': null, 'id': 'a'},
    {'is_call': false, 'is_result': true, 'turn': null, 'id': null}
]);
[null, null, 1, 2];

-- links_of_parts: an id that comes again is made anew, a call without a result says so
links_of_parts(
    [
        {'is_call': true, 'is_result': false, 'turn': 0, 'id': 'a'},
        {'is_call': true, 'is_result': false, 'turn': 1, 'id': 'a'},
        {'is_call': false, 'is_result': true, 'turn': null, 'id': 'a'}
    ],
    [null, null, 2]
);
[{'id': 'a', 'fate': 'missing'}, {'id': 'call_1', 'fate': null}, {'id': 'call_1', 'fate': null}];

-- link_segments: results of parallel calls are moved behind their calls
link_segments([
    segment('json_call', 0, null, null, null, 'a'),
    segment('json_call', 0, null, null, null, 'b'),
    segment('tool_result', null, null, null, null, 'b'),
    segment('tool_result', null, null, null, null, 'a')
]).places;
[1, 4, 2, 3];

-- with_extra: fields that the schema does not name
[with_extra('{"a": 1}', '{"b": 2}'), with_extra('{"a": 1}', null)];
['{"a":1,"b":2}', '{"a": 1}'];

-- without_null_members: in every tool
without_null_members('[{"a": null, "b": {"c": null}}, {"d": [null]}]');
'[{"b":{}},{"d":[null]}]';



-- browser_action_in: an action is taken out of its fence
browser_action_in(chr(10) || 'click [52]' || chr(10));
'click [52]';

-- browser_action_in: a language and punctuation do not count
browser_action_in('bash' || chr(10) || 'go_back.');
'go_back';

-- browser_action_in: words that only begin like an action are none
browser_action_in('None of these is right');
'';

-- browser_action_in: a direction that the grammar does not know
browser_action_in('scroll [direction=down]');
'';

-- browser_verb: in lower case
browser_verb('Tab_focus [1]');
'tab_focus';

-- in_brackets: from the first to the last
in_brackets('stop [a] b]');
'a] b';

-- in_brackets: nothing
in_brackets('go_back');
'';

-- browser_function: some have another name
browser_function('press [Enter]');
'keyboard_press';

-- browser_function: none for last words
browser_function('stop [42]');
null;

-- typing_arguments: the flag is the last bracket, the text all between
typing_arguments('type [5] [a] b] [c] [0]');
'{"bid":"5","text":"a] b] [c","press_enter_after":0}';

-- typing_arguments: a single text is no flag
typing_arguments('type [5] [1]');
'{"bid":"5","text":"1","press_enter_after":1}';

-- browser_arguments: values, not words
browser_arguments('scroll [up]');
'{"delta_x":0,"delta_y":-500}';

-- browser_arguments: numbers where the function takes numbers
browser_arguments('tab_focus [2]');
'{"index":2}';

-- shown_page: what stands between the heading and the address
shown_page([e'OBSERVATION:\na page', e' https://a.example/\nOBJECTIVE: x']);
'a page';

-- shown_page: without an address it ends at the objective
shown_page([e'OBSERVATION:\na page\nOBJECTIVE: x']);
'a page';

-- shown_address: one line
shown_address(['a page', e' https://a.example/\nOBJECTIVE: x']);
'https://a.example/';

-- shown_address: none
shown_address(['a page']);
null;

-- shown_objective: up to the earlier actions
shown_objective(['a page', e' u\nOBJECTIVE: find\nit\nPREVIOUS ACTIONS:']);
e'find\nit';

-- framed_objective: as a task
split_part(framed_objective('Find it.'), chr(10), 1);
'You are given the following objective: Find it.';

-- without_summary: the words that lead over are no thought
without_summary(e'Why.\nIn summary, the next action I will perform is:\n');
'Why.';

-- without_summary: nothing is left
without_summary('In summary, the next action I will perform is ');
null;

-- fenced_beside: nothing but the action
fenced_beside('click [5]', 'click [5]```.');
null;

-- fenced_beside: an address that new_tab does not take
fenced_beside('new_tab [https://a.example/]', 'new_tab [https://a.example/]```');
'new_tab [https://a.example/]```';

-- code_feedback, orca_agentinstruct, codeactinstruct, agenttuning_os

-- words_segment: of a turn
words_segment(2, 'Hi.');
segment('words', 2, null, null, 'Hi.', null);

-- said_segment: with the call that it answers
said_segment('tool_result', 'a.py', 'c');
segment('tool_result', null, null, null, 'a.py', 'c');

-- unit_mark: a noncharacter, which no text holds
unit_mark();
chr(64976);

-- without_marks: a noncharacter that a source has
without_marks(concat('a', unit_mark(), 'b'));
concat('a', chr(65533), 'b');

-- unmarked: only what holds a mark is written anew
unmarked([{'role': 'user', 'content': concat('a', unit_mark(), 'b')}, {'role': 'user', 'content': null}]);
[{'role': 'user', 'content': concat('a', chr(65533), 'b')}, {'role': 'user', 'content': null}];

-- role_letter: the dialects of roles, in any case
list_transform(['user', 'human', 'Assistant', 'gpt', 'system', 'tool', null], lambda role: role_letter(role));
['U', 'U', 'A', 'A', 'S', 'X', 'X'];

-- chat_outline: blank messages in lower case, X where a role or a content is missing
chat_outline([
    {'role': 'system', 'content': null}, {'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': e' \n'},
    {'role': 'user', 'content': null}, {'role': null, 'content': 'a'}
]);
'sUaXX';

-- chat_outline: no messages at all
chat_outline(null);
'';

-- outline_exclusion: the first reason that holds
list_transform(
    ['', 's', 'SUAX', 'SUa', 'SAU', 'A', 'SU', 'SUAU', 'SUA', 'UUAUA'], lambda outline: outline_exclusion(outline)
);
[
    'no_steps', 'no_steps', 'unreadable_step', 'unreadable_step', 'no_task', 'no_task', 'no_actions', 'truncated', null,
    null
];

-- outline_exclusion_detail: with the message's number
[outline_exclusion_detail('SUAX'), outline_exclusion_detail('SUa'), outline_exclusion_detail('SUA')];
['message 4 has no known role or no content', 'message 3 is empty', null];

-- chat_system_prompt: all system messages, a blank line between them
chat_system_prompt([{'role': 'system', 'content': 'a'}, {'role': 'user', 'content': 'b'}, {'role': 'system', 'content': 'c'}]);
e'a\n\nc';

-- chat_system_prompt: an empty one is none
chat_system_prompt([{'role': 'system', 'content': ''}]);
null;

-- trimmed_text: the indentation of the first line stays where a line break stands before it
[trimmed_text(e'\n \n  - a\n\n'), trimmed_text('  a '), trimmed_text(e' \n')];
['  - a', 'a', null];

-- first_line: of one line or several
[first_line(e'a\nb\nc'), first_line('a'), first_line(e'\na'), first_line(e'a\r\nb'), first_line(''), first_line(null)];
['a', 'a', '', e'a\r', '', null];

-- behind_first_line: with its line break
[behind_first_line(e'a\nb\nc'), behind_first_line('a'), behind_first_line(e'a\r\n'), behind_first_line('')];
[e'\nb\nc', '', e'\n', ''];

-- known_languages: each between single blanks
[contains(known_languages(), ' python '), contains(known_languages(), ' zig '), contains(known_languages(), '  ')];
[true, false, false];

-- fence_word: the word that names the language, not that of prose
list_transform(
    ['Python', ' js ', '{r, echo=F}', '{.c}', 'go:main.go', 'sh title="x"', 'c++', 'go to', '', '1'],
    lambda info: fence_word(info)
);
['python', 'js', 'r', 'c', 'go', 'sh', 'c++', '', '', ''];

-- names_language: a known one
[names_language('Python'), names_language('C#'), names_language('zig'), names_language('text'), names_language('')];
[true, true, false, false, false];

-- code_language: signs become letters
[code_language('C++'), code_language('c#'), code_language('F#'), code_language('SQL')];
['cpp', 'csharp', 'fsharp', 'sql'];

-- said_unit: the heading stands on a line of its own
list_transform(
    [{'role': 'user', 'content': e'Out: \na\nb'}, {'role': 'user', 'content': 'Out: a'}, {'role': 'user', 'content': null},
    {'role': 'tool', 'content': 'a'}],
    lambda message: said_unit(message, 'Out:')
);
[e'Ea\nb', 'UOut: a', 'X', 'Xa'];

-- fenced_chat: code between marks, a fence of the user's in disguise
fenced_chat([{'role': 'user', 'content': 'a```b'}, {'role': 'assistant', 'content': e'c\n```js\nd\n```\ne'}], 'Out:');
concat('Ua', chr(64977), 'b', unit_mark(), e'A\nc', unit_mark(), e'Cjs\nd', unit_mark(), e'M\ne', unit_mark());

-- fenced_chat: a block without an end needs careful reading
contains(fenced_chat([{'role': 'assistant', 'content': e'c\n```js\nd'}], 'Out:'), chr(64978));
true;

-- fence_pieces: an indented fence and one within a line
fence_pieces(e'a\n  ```sh\n  b\n  ```\nc: ```js\nd\n```');
[
    e'\na', concat(chr(64978), '  ', chr(64978), e'sh\n  b'), concat(chr(64978), '  ', chr(64978), e'\nc: '),
    concat(chr(64979), e'js\nd'), ''
];

-- fence_indent: what stands before the fence
[fence_indent(concat(chr(64978), '  ', chr(64978), 'sh')), fence_indent('sh')];
['  ', ''];

-- behind_fence: what stands behind it
[behind_fence(concat(chr(64978), '  ', chr(64978), 'sh')), behind_fence(chr(64979) || 'js'), behind_fence('`sh')];
['sh', 'js', '`sh'];

-- with_fence: as it was in the text
[with_fence(concat(chr(64978), '  ', chr(64978), 'sh')), with_fence(chr(64979) || 'js'), with_fence('sh')];
[e'\n  ```sh', '```js', e'\n```sh'];

-- fence_info: the rest of the line
[fence_info(e'`python \nx'), fence_info(concat(chr(64978), ' ', chr(64978), e' a b\r\nx')), fence_info(e'\nx')];
['python', 'a b', ''];

-- fence_traits: its kind
list_transform(
    [e'js\nx', e'md\nx', e'markdown\nx', e'js\n', e'\nx', 'a`b', 'word', 'two words', chr(64979) || e'js\nx', chr(64979) || 'a'],
    lambda piece: fence_traits(piece).kind
);
['l', 'w', 'm', 'w', 'b', 'q', 'w', 'p', 'i', 'j'];

-- fence_traits: its length beyond three, its indentation
[fence_traits('``sh').ticks, fence_traits(concat(chr(64978), '   ', chr(64978), 'sh')).indent];
[2, 3];

-- fence_move: outside and inside of a block of code
list_transform(
    ['l', 'b', 'q', 'w', 'p'],
    lambda kind: concat(
        fence_move({'ticks': 0, 'indent': 0, 'kind': '', 'depth': 0}, {'ticks': 0, 'indent': 0, 'kind': kind}),
        fence_move({'ticks': 0, 'indent': 0, 'kind': 'l', 'depth': 1}, {'ticks': 0, 'indent': 0, 'kind': kind}),
        fence_move({'ticks': 1, 'indent': 0, 'kind': 'l', 'depth': 1}, {'ticks': 0, 'indent': 0, 'kind': kind})
    )
);
['ORk', 'oCk', 'tCk', 'oCk', 'oCk'];

-- read_fence: a block within a Markdown text
read_fence(
    {'ticks': 0, 'indent': 0, 'kind': 'm', 'depth': 1, 'moves': 'O'},
    {'ticks': 0, 'indent': 0, 'kind': 'l', 'depth': 0, 'moves': ''}
);
{'ticks': 0, 'indent': 0, 'kind': 'm', 'depth': 2, 'moves': 'Ok'};

-- fence_moves: closed blocks, and one that is not
[fence_moves(['', e'js\nx', '', e'\nx', '']), fence_moves(['', e'js\nx', '', e'js\nx']), fence_moves(['', e'js\nx', e'c\ny'])];
['OCoc', 'OCt', 'Ox'];

-- marked_piece: code loses the indentation of the fence that opened it
marked_piece(concat(chr(64978), '  ', chr(64978), e'sh\n  a\n    b'), 'O', concat(chr(64978), '  ', chr(64978), 'sh'));
concat(unit_mark(), e'Csh\na\n  b');

-- marked_piece: outside of a block of code it is as it was
[marked_piece('zig', 'o', null), marked_piece(e'\na', 'C', null)];
[e'\n```zig', concat(unit_mark(), e'M\na')];

-- careful_fences: prose behind the closing fence
careful_fences(e'a\n```js\nb\n``` c');
concat(e'\na', unit_mark(), e'Cjs\nb', unit_mark(), 'Mc');

-- careful_chat: like fenced_chat
careful_chat([{'role': 'system', 'content': 's'}, {'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b'}], 'Out:');
concat('Ua', unit_mark(), e'A\nb', unit_mark());

-- chat_units: from the fast reading, or from the careful one
list_transform(
    ['Ua' || unit_mark(), chr(64978)],
    lambda marked: chat_units([{'role': 'user', 'content': 'b'}], 'Out:', marked)
);
[['Ua', ''], ['Ub', '']];

-- unit_letters: a thought, and units that are nothing
unit_letters(['Ua', e'A\nb', e'Cjs\nc', e'M\n', e'A\nd', '']);
'UTC-A-';

-- step_places: all but thoughts and nothing
step_places('UTC-A-');
[1, 3, 5];

-- unit_text: without its letter and what belongs to it
[unit_text('Ua', 'U'), unit_text(e'A\nb', 'A'), unit_text(e'Cjs\nc\nd', 'C')];
['a', 'b', e'c\nd'];

-- unit_turn_index: messages of the agent are counted
list_transform([1, 3, 5, 6, 7], lambda place: unit_turn_index('UTCMCUA', place));
[null, 0, 0, null, 1];

-- unit_call_id: a result names the last call of the message before
[
    unit_call_id('UTCCE', 3, 1), unit_call_id('UTCCE', 5, 3), unit_call_id('UTCME', 5, 3), unit_call_id('UAE', 3, 2),
    unit_call_id('UTCM', 4, 2)
];
['call_1', 'call_2', 'call_1', null, null];

-- unit_call_id: what nobody known says behind a call answers it
[unit_call_id('UTCX', 4, 2), unit_call_id('UX', 2, 1)];
['call_1', null];

-- unit_details: calls without a result of their own
list_transform([3, 4, 7, 9, 11], lambda place: unit_details('UTCCETCUTCC', place) ->> '$.result');
['shared', null, 'none', null, null];

-- unit_details: what nobody known says behind a call answers it
list_transform([3, 4], lambda place: unit_details('UTCCX', place) ->> '$.result');
['shared', null];

-- unit_step: code with its thought
unit_step('UTC', 3, 1, e'Cjs\na', 'a', e'A\nb\n');
{
    'step_index': 1, 'turn_index': 0, 'class': 'code_action', 'kind': 'action', 'source': 'agent', 'content': 'a',
    'language': 'js', 'thought': 'b', 'tool_call_id': 'call_1'
};

-- unit_step: the user's fence is a fence again
unit_step('U', 1, 0, 'U', 'a' || chr(64977), null).content;
'a```';

-- tagged_units: code and an answer, with words behind
string_split(tagged_units('a <execute>b</execute> <solution>c</solution>.'), unit_mark());
[e'A\na ', e'Cpython\nb', 'M ', 'Sc', '-.'];

-- tagged_units: the last pair of tags counts where not all are paired, an empty one cannot be read
[tagged_units('<execute> <execute>a</execute>'), tagged_units('<execute></execute>'), tagged_units('a')];
[concat(e'A\n<execute> ', unit_mark(), e'Cpython\na', unit_mark(), '-'), 'Y<execute></execute>', e'A\na'];

-- act_units: bash, an answer, finish, and what is none of them
list_transform(
    [e'Think: a\n\nAct: bash\n\n```bash\nb\n```', e'Think: a\n\nAct: answer(b)', e'Think: a\n\nAct: finish', 'OK'],
    lambda content: string_split(act_units(content), unit_mark())
);
[[e'A\na', e'Cbash\nb', '-'], [e'A\na', 'S<solution> b </solution>', '-'], [e'A\na', 'S', '-'], ['YOK']];

-- placed_units: the thought before a step goes with it
placed_units(['UGo.', e'A\nI look.', e'Cbash\nls', 'M', 'E']);
[
    {'letters': 'UTC-E', 'place': 1, 'step_index': 0, 'unit': 'UGo.', 'before': null},
    {'letters': 'UTC-E', 'place': 3, 'step_index': 1, 'unit': e'Cbash\nls', 'before': e'A\nI look.'},
    {'letters': 'UTC-E', 'place': 5, 'step_index': 2, 'unit': 'E', 'before': null}
];

-- placed_text: without the language
placed_text({'letters': 'UTC-E', 'place': 3, 'step_index': 1, 'unit': e'Cbash\nls', 'before': e'A\nI look.'});
'ls';

-- placed_step: code with its thought
[
    (placed_step(placed_units(['UGo.', e'A\nI look.', e'Cbash\nls'])[2], 'ls')).language,
    (placed_step(placed_units(['UGo.', e'A\nI look.', e'Cbash\nls'])[2], 'ls')).content,
    (placed_step(placed_units(['UGo.', e'A\nI look.', e'Cbash\nls'])[2], 'ls')).thought,
    (placed_step(placed_units(['UGo.', e'A\nI look.', e'Cbash\nls'])[2], 'ls')).tool_call_id
];
['bash', 'ls', 'I look.', 'call_1'];

-- unit_behind: words, not signs
[unit_behind(['Sa', e'-\nb '], 'S-', 1), unit_behind(['Sa', '-.'], 'S-', 1), unit_behind(['Sa', 'Ub'], 'SU', 1)];
['b', null, null];

-- act_chat: the units of the agent's messages where they belong
act_chat([{'role': 'user', 'content': e'Out:\na'}, {'role': 'assistant', 'content': 'b'}], [null, 'Yb'], 'Out:');
concat('Ea', unit_mark(), 'Yb', unit_mark());

-- unread_message: the first one
[unread_message([null, e'A\na', 'Yb', 'Yc']), unread_message([e'A\na'])];
['message 3: b', null];

-- dialect_free: from and value
dialect_free([{'role': null, 'content': null, 'from': 'gpt', 'value': 'a', 'loss': true}]);
[{'role': 'gpt', 'content': 'a', 'loss': true}];

-- shell_prompt: up to the problem
[shell_prompt(e'You are an assistant.\n\nNow, my problem is:\n\nHow?'), shell_prompt('How?')];
[e'You are an assistant.\n\nNow, my problem is:\n', null];

-- renamed_argument: an element's path becomes its id, what stands beside it stays
cast(renamed_argument('{"xpath":"//a[@b=\"c\"]","value":"d","n":null}', 'xpath', 'bid', 'a7') as varchar);
'{"bid":"a7","value":"d","n":null}';

-- object_members: members in their order, null for null
object_members('{"b":null,"a":[1, 2],"":"\u00e9"}');
[{'key': 'b', 'value': null}, {'key': 'a', 'value': '[1,2]'::json}, {'key': '', 'value': '"é"'::json}];

-- object_members: no object has none
[object_members('[1]'), object_members('3'), object_members(null)];
[null, null, null];

-- finish_words: the message; where there is none, whatever else is said
[finish_words('{"message":"Done.","task_completed":"true"}'), finish_words('{"answer":"42","task_completed":"true"}'),
    finish_words('{"message":"","why":"a \"b\"","steps":[1],"code":null}')];
['Done.', '42', e'a "b"\n\n[1]'];

-- finish_words: nothing is said
[finish_words('{}'), finish_words('{"message":""}'), finish_words('{"message":null}'), finish_words(null)];
['Task completed.', '', 'Task completed.', 'Task completed.'];

-- object_of: an object again
object_of(object_members('{"b":null,"a \"":[1, 2]}'));
'{"b":null,"a \"":[1,2]}'::json;

-- with_missing_members: the first one's own stand, nulls stay
with_missing_members('{"a":1,"n":null}', '{"a":2,"n":3,"b":{"c":null}}');
'{"a":1,"n":null,"b":{"c":null}}'::json;

-- with_missing_members: one of them is not there
[with_missing_members(null, '{"a":1}'), with_missing_members('{"a":1}', null)];
['{"a":1}'::json, '{"a":1}'::json];

-- without_members: neither nulls nor those that are named
without_members('{"a":1,"b":null,"c":{"d":null},"e":0}', ['e']);
'{"a":1,"c":{"d":null}}'::json;

-- same_object: order and nulls do not count
[same_object('{"a":1,"b":null,"c":"x"}', '{"c":"\u0078","a":1}'), same_object('{"a":1}', '{"a":2}')];
[true, false];

-- same_object: what is no object is not the same as one
[same_object('[1]', '{}'), same_object('{}', '{}')];
[false, true];

-- json_text: of a string what it says
[json_text('"a\n"'), json_text('[1, "a"]'), json_text('null'), json_text(null), json_text('7')];
[e'a\n', '[1, "a"]', null, null, '7'];

-- schema_of_calls: types where all calls agree
schema_of_calls(['{"b":1,"a":"x"}'::json, '{"a":null,"b":2.5}'::json, '{"a":"y"}'::json]);
'{"type":"object","properties":{"a":{"type":"string"},"b":{}}}';

-- schema_of_calls: a call without arguments
schema_of_calls(['{}'::json]);
'{"type":"object","properties":{}}';

-- std_event: what it has not stays away
std_event(
    'message_action', 'agent', 'Hi', null, null, null, null, null::struct(path varchar)[], null, null, null, null, null,
    null, null, 'Hm', null
);
'{"class_":"message_action","content":"Hi","description":null,"reasoning_content":"Hm"}';

-- without_finish: words around it stay apart
[without_finish('So. <finish> Done </finish> Bye.'), without_finish(e'So.<finish>\nDone</finish>')];
['So. Done Bye.', e'So.\nDone'];

-- without_finish: the tags go, with one blank each
[without_finish('<finish> Done </finish>'), without_finish('<finish></finish>'), without_finish('a <b> ')];
['Done', '', 'a <b> '];

-- values_of_fragments: texts lose their quotes, numbers become numbers
values_of_fragments('{"a":"\"say \"hi\"\"","b":"''x''","c":"-7","d":"0.5","e":"007","f":"True","g":"\"","h":[1]}');
'{"a":"say \"hi\"","b":"x","c":-7,"d":0.5,"e":"007","f":true,"g":"\"","h":[1]}'::json;

-- in_quotes: a text between single quotes, anything else as it is
[in_quotes(python_literal('"it''s \"a\" \\ b\n"'), ''''), in_quotes('[1]', ''''), in_quotes('"a"', '"')];
['''it\''s "a" \\ b\n''', '[1]', '"a"'];

-- call_in_quotes: texts between these quotes
[call_in_quotes('f', '{"a": "b", "c": 1, "d e": "x"}', ''''), call_in_quotes('f', '{"a": "b"}', '"')];
['f(a=''b'', c=1, **{"d e": "x"})', 'f(a="b")'];

-- told: what is missing is null, signs behind an act are nothing
[told('F', '', 'f', '{"a":1}', null, ' .').thought, told('F', '', 'f', '{"a":1}', null, ' .').behind, told('F', '',
    'f', '{"a":1}', null, e'\nSo. ').behind];
[null, null, 'So.'];

-- prose_halves: the act begins on a line of its own
prose_halves(e'Thought: My Action: is\nclear.\n Action: go\non', 'Thought', 'Action');
{'thought': e'My Action: is\nclear.', 'label': 'Action', 'act': e'go\non'};

-- prose_halves: on the same line where there is no other
prose_halves('THOUGHT: It is late. ACTION: go', '(?i:thought)', '(?i:action)');
{'thought': 'It is late.', 'label': 'ACTION', 'act': 'go'};

-- prose_halves: one of several labels, no thought, no act
[prose_halves(e'Final Answer: #3', 'Thought', 'Action|Final Answer').label, prose_halves('Ok.', 'Thought',
    'Action').act, prose_halves(null, 'a', 'b').act];
['Final Answer', null, null];

-- is_agreement: short words without an act
[is_agreement('Ok.'), is_agreement('OK. I''ll follow your rules.'), is_agreement('I''ve understood, start please.'),
    is_agreement('Okra'), is_agreement(e'Ok.\nNow'), is_agreement('Ok, Action: go')];
[true, true, true, false, false, false];

-- bracketed_call: up to the last bracket of the line
[bracketed_call(e'search[a [b] c]\nSo.'), bracketed_call('search a')];
[{'name': 'search', 'value': 'a [b] c', 'behind': e'\nSo.'}, {'name': '', 'value': '', 'behind': ''}];

-- bare_call: up to the last bracket of the line
bare_call('f(A (b), c) x');
{'name': 'f', 'value': 'A (b), c', 'behind': ' x'};

-- household_call: two things
list_transform(['take a 1 from b 2', 'put a 1 in/on b 2', 'put a 1 on b 2', 'heat a 1 with b 2',
    'look at a 1 under b 2'], lambda command: concat(household_call(command).function,
    household_call(command).arguments));
['take{"item":"a 1","source":"b 2"}', 'put{"item":"a 1","target":"b 2"}', 'put{"item":"a 1","target":"b 2"}',
    'heat{"item":"a 1","appliance":"b 2"}', 'look_at_under{"item":"a 1","reference":"b 2"}'];

-- household_call: one thing, none, no command
list_transform(['go to b 2', 'open b 2', 'examine b 2', 'use b 2', 'report problem with b 2', 'look', 'inventory',
    'sing', 'put a'], lambda command: concat(household_call(command).function, household_call(command).arguments));
['go{"location":"b 2"}', 'open{"obj":"b 2"}', 'examine{"obj":"b 2"}', 'use{"obj":"b 2"}',
    'report_problem{"obj":"b 2"}', 'look{}', 'inventory{}', '', ''];

-- told_without_act: agreement or nothing that can be read
[told_without_act('Ok.').form, told_without_act('Well.').form];
['W', 'Y'];

-- household_told: command, words about the task, neither
list_transform([e'THOUGHT: a\nACTION: Go to B 2 \nc', 'ACTION: end the task', 'ACTION: sing'], lambda said:
    household_told(said));
[told('F', 'a', 'go', '{"location":"b 2"}', null, 'c'), told('W', '', null, null, 'end the task', null), told('Y',
    null, null, null, 'ACTION: sing', null)];

-- shopping_told: search, click, neither
list_transform([e'Thought:\na\n\nAction:\nsearch[b]', 'Action: click[c]', 'Action: buy[d]'], lambda said:
    shopping_told(said));
[told('F', 'a', 'search', '{"keywords":"b"}', null, null), told('F', '', 'click', '{"element":"c"}', null, null),
    told('Y', null, null, null, 'Action: buy[d]', null)];

-- knowledge_arguments: the last comma parts two arguments
list_transform([{'f': 'get_relations', 'v': ' A, B '}, {'f': 'get_neighbors', 'v': 'A, B, c.d'}, {'f': 'intersection',
    'v': '#0,#1'}, {'f': 'argmax', 'v': '#0, a'}, {'f': 'get_neighbors', 'v': 'A'}, {'f': 'count', 'v': ''}, {'f':
    'sing', 'v': 'A'}], lambda call: cast(knowledge_arguments(call.f, call.v) as varchar));
['{"variable":"A, B"}', '{"variable":"A, B","relation":"c.d"}', '{"variable1":"#0","variable2":"#1"}',
    '{"variable":"#0","attribute":"a"}', null, null, null];

-- knowledge_told: call, answer, words, none of these
list_transform([e'Thought: a\nAction: count(#0)', e'Thought: a\nFinal Answer: #1\nb', 'Thought: a', 'Action: a'],
    lambda said: knowledge_told(said));
[told('F', 'a', 'count', '{"variable":"#0"}', null, null), told('W', 'a', null, null, '<solution> #1 </solution>',
    'b'), told('W', null, null, null, 'Thought: a', null), told('Y', null, null, null, 'Action: a', null)];

-- database_told: the first block of SQL, an answer, neither
list_transform([e'a\nAction: Operation\n```sql\nselect 1\n```\n```sql\nselect 2\n```',
    e'a\nAction: Answer\nFinal Answer: ["1"]', e'Action: Operation\nselect 1'], lambda said: database_told(said));
[told('C', 'a', 'mysql', null, 'select 1', e'```sql\nselect 2\n```'), told('W', 'a', null, null,
    '<solution> ["1"] </solution>', null), told('Y', null, null, null, e'Action: Operation\nselect 1', null)];

-- choice_told: one of those to choose from
list_transform([e'Thought: a\nAnswer: B.\nAction: CLICK', 'Answer: none'], lambda said: choice_told(said));
[told('W', 'a', null, null, e'B.\nAction: CLICK', null), told('Y', null, null, null, 'Answer: none', null)];

-- message_told: whoever speaks
list_transform([{'role': 'user', 'content': 'a', 'loss': null}, {'role': 'gpt', 'content': 'a', 'loss': false},
    {'role': 'system', 'content': 'a', 'loss': null}, {'role': 'tool', 'content': 'a', 'loss': null}, {'role': 'user',
    'content': null, 'loss': null}], lambda m: [message_told(m, told('W', null, null, null, 'b', null), 'c').form,
    message_told(m, told('W', null, null, null, 'b', null), 'c').content, cast(message_told(m, told('W', null, null,
    null, 'b', null), 'c').trainable as varchar)]);
[['U', 'c', 'true'], ['W', 'b', 'false'], ['S', 'a', 'true'], ['X', 'a', 'true'], ['X', '', 'true']];

-- told_letters: one for each message
told_letters(choice_chat([{'role': 'user', 'content': 'a', 'loss': null}, {'role': 'gpt', 'content': 'b', 'loss':
    null}]));
'UY';

-- told_steps: a result answers its call, a system message is no step
list_transform(told_steps(shopping_chat([{'role': 'system', 'content': 's', 'loss': null}, {'role': 'user', 'content':
    'a', 'loss': null}, {'role': 'gpt', 'content': 'Action: click[b]', 'loss': null}, {'role': 'user', 'content': 'c',
    'loss': null}])), lambda step: [cast(step.step_index as varchar), step.class, step.source, step.function,
    step.tool_call_id, cast(step.details as varchar)]);
[['0', 'text_observation', 'user', null, null, null], ['1', 'api_action', 'agent', 'click', 'call_1', null], ['2',
    'text_observation', 'environment', null, 'call_1', '{"adp_source":"user"}']];

-- told_steps: a call without a result says so
list_transform(told_steps(shopping_chat([{'role': 'user', 'content': 'a', 'loss': null}, {'role': 'gpt', 'content':
    e'Action: click[b]\nSo.', 'loss': null}, {'role': 'gpt', 'content': 'Action: click[c]', 'loss': null}])), lambda
    step: [cast(step.turn_index as varchar), cast(step.details as varchar)]);
[[null, null], ['0', '{"behind":"So.","result":"none"}'], ['1', null]];

-- told_as_observation: beside what else is known
[told_as_observation({'content': 'a', 'details': null}), told_as_observation({'content': 'a', 'details': '{"b":1}'})];
['{"adp_event":{"class_":"text_observation","content":"a","source":"agent"}}',
    '{"b":1,"adp_event":{"class_":"text_observation","content":"a","source":"agent"}}'];

-- told_verdict: what is not read, the chat's outline, the dataset's own reason
list_transform([[{'role': 'user', 'content': 'a', 'loss': null}, {'role': 'gpt', 'content': 'b', 'loss': null}],
    [{'role': 'user', 'content': 'a', 'loss': null}], [{'role': 'user', 'content': 'a', 'loss': null}, {'role': 'gpt',
    'content': 'Ok.', 'loss': null}]], lambda chat: told_verdict(chat, choice_chat(chat), 'incomplete', 'too short'));
[{'exclusion': 'unreadable_step', 'detail': 'message 2: b'}, {'exclusion': 'no_actions', 'detail':
    'the agent never speaks'}, {'exclusion': 'incomplete', 'detail': 'too short'}];

-- ends_in_answer: words between tags
[ends_in_answer([told('W', null, null, null, '<solution> 1 </solution>', null)]), ends_in_answer([told('W', null,
    null, null, 'Ok.', null)]), ends_in_answer([])];
[true, false, false];

-- last_words: the user's, not the environment's
[last_words(shopping_chat([{'role': 'user', 'content': 'a', 'loss': null}, {'role': 'gpt', 'content': 'Ok.', 'loss':
    null}, {'role': 'user', 'content': 'b', 'loss': null}, {'role': 'gpt', 'content': 'Action: click[c]', 'loss':
    null}, {'role': 'user', 'content': 'd', 'loss': null}])), last_words([])];
['b', null];

-- household_rules: how to write an act is cut out
[household_rules(e'Interact with a household to a. You should choose from two actions: b. format:"THOUGHT: c\n"; d. format:"ACTION: e\n". Then f.'),
    household_rules('g')];
[{'shown': e'Interact with a household to a.\nThen f.\n\nOk? Understood?', 'cut':
    e'You should choose from two actions: b. format:"THOUGHT: c\n"; d. format:"ACTION: e\n".'}, {'shown': 'g', 'cut':
    null}];

-- shopping_rules: how to search is cut out
[shopping_rules(e'You are web shopping.\na\nYou can use search action if search is available.\nb'),
    shopping_rules('c')];
[{'shown': e'You are web shopping.\na', 'cut': e'You can use search action if search is available.\nb'}, {'shown':
    'c', 'cut': null}];

-- knowledge_rules: the list of functions is cut out
[knowledge_rules(e'You are an agent that answers questions based on the knowledge a.\n\n1. f(a) -> b\nc\n\n2. g(a) -> b\n\nSay ''Final Answer: #id''.'),
    knowledge_rules('d')];
[{'shown':
    e'You are an agent that answers questions based on the knowledge a.\n\nSay ''<solution> #id </solution>''.\n\nOk? Understood?',
    'cut': e'1. f(a) -> b\nc\n\n2. g(a) -> b'}, {'shown': 'd', 'cut': null}];

-- database_rules: SQL and the answer stand between tags
[database_rules(e'I will ask you a question, then you should help me operate a MySQL database:\nAction: Operation\n```sql\nselect 1;\n```\nor\nAction: Answer\nFinal Answer: ["A"]\nb'),
    database_rules('c')];
[e'I will ask you a question, then you should help me operate a MySQL database:\n\n<execute_mysql>\nselect 1;\n</execute_mysql>\nor\n\n<solution> ["A"] </solution>\nb\n\nOk? Understood?',
    'c'];

-- household_chat: a command
[part.called for part in household_chat([{'role': 'gpt', 'content': 'ACTION: look', 'loss': null}])];
['look'];

-- shopping_chat: a search
[part.called for part in shopping_chat([{'role': 'gpt', 'content': 'Action: search[a]', 'loss': null}])];
['search'];

-- knowledge_chat: an observation, but for the word
[part.content for part in knowledge_chat([{'role': 'user', 'content': 'Observation: [a]', 'loss': null}])];
[' [a]'];

-- database_chat: SQL
[part.called for part in database_chat([{'role': 'gpt', 'content': e'Action: Operation\n```sql\nselect 1\n```',
    'loss': null}])];
['mysql'];

-- choice_chat: a choice
[part.content for part in choice_chat([{'role': 'gpt', 'content': 'Answer: B.', 'loss': null}])];
['B.'];

-- prompt_and_cut_rules: either, both, neither
[prompt_and_cut_rules([{'role': 'system', 'content': 'a'}], [{'cut': null}, {'cut': 'b'}]),
    prompt_and_cut_rules([{'role': 'user', 'content': 'a'}], [{'cut': 'b'}]), prompt_and_cut_rules([{'role': 'user',
    'content': 'a'}], [{'cut': null}])];
[e'a\n\nb', 'b', null];

-- tools_of_calls: each function once, by name
tools_of_calls(
    [
        {'function': 'b', 'arguments': '{"x":1}'::json},
        {'function': 'a', 'arguments': '{}'::json},
        {'function': 'b', 'arguments': '{"y":"z"}'::json}
    ]
) ->> '$[*].function.parameters';
['{"type":"object","properties":{}}', '{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"string"}}}'];

-- tools_of_calls: no calls
tools_of_calls(null);
null;

-- call_language: by name and argument
[
    call_language('Bash', '{"command":"ls"}'), call_language('python', '{"code":"1"}'),
    call_language('bash', '{"command":["ls"]}'), call_language('search', '{"command":"ls"}')
];
['bash', 'python', null, null];

-- call_code: what is run
[call_code('bash', '{"command":"ls"}'), call_code('python', '{"code":"1"}'), call_code(null, '{"code":"1"}')];
['ls', '1', null];

-- content_parts: a text is one part
[content_parts('"a"'), content_parts('[{"type":"text","text":"b"}]'), content_parts('null')];
[['{"type":"text","text":"a"}'::json], ['{"type":"text","text":"b"}'::json], []];

-- parts_text: texts in lines, images left out
parts_text(
    [
        '{"type":"text","text":"a"}', '{"type":"image","source":{"path":"x.png"}}', '"b"',
        '{"type":"audio","source":{"path":"y.mp3"}}', '{"type":"odd"}'
    ]::json[]
);
e'a\nb\n[audio: y.mp3]\n{"type":"odd"}';

-- parts_images: paths and addresses
list_transform(
    parts_images(
        [
            '{"type":"image","source":{"path":"x.png","media_type":"image/png"}}', '{"type":"text","text":"a"}',
            '{"type":"image_url","image_url":{"url":"https://e.org/y"}}'
        ]::json[]
    ),
    lambda image: [image.path, image.media_type]
);
[['x.png', 'image/png'], ['https://e.org/y', null]];

-- shell agents: SWE-agent, mini-swe-agent, OpenHands

-- placed_segments: a result that comes late stands behind its call
list_transform(
    placed_segments([
        segment('json_call', 0, null, 'a', '{}', '1'), segment('json_call', 0, null, 'b', '{}', '2'),
        segment('tool_result', null, null, null, 'x', '2'), segment('tool_result', null, null, null, 'y', '1')
    ]),
    lambda place: concat(place.segment.called, place.segment.text, place.link.id)
);
['a{}1', 'y1', 'b{}2', 'x2'];

-- first_unreadable: the first of several
(select first_unreadable(i, d) from (values (2, '{"unreadable":"b"}'::json), (1, '{"unreadable":"a"}'), (0, '{}')) t(i, d));
'step 1: a';

-- calls_in_tags: a call, also one without its end, and words about one
list_transform(
    [e'a\n<function=b>\n</function>', '<function=b><parameter=c>d</parameter>', '<function=b>', '<function=b> c', null],
    lambda content: calls_in_tags(content)
);
[true, true, true, false, null];

-- with_call_end: the end that is missing, whatever there is of it
list_transform(
    ['', e'\n', e'\n</', e'\n</function', e'\n</function>'],
    lambda rest: with_call_end(e'So: <function=a>\n<parameter=b>c</parameter>' || rest)
);
list_transform(range(5), lambda i: e'So: <function=a>\n<parameter=b>c</parameter>\n</function>');

-- with_call_end: text without a call, and two of them, stay
[with_call_end('So.'), with_call_end('<function=a> <function=b>')];
['So.', '<function=a> <function=b>'];

-- tag_call: a call and its arguments, typed
tag_call(
    e'str_replace_editor>\n<parameter=path>/a</parameter>\n<parameter=view_range>[1, 2]</parameter>\n</function>',
    editor_types()
);
{
    'called': 'str_replace_editor', 'arguments': '{"path":"/a","view_range":[1, 2]}'::json, 'problem': null
};

-- tag_call: what is wrong with a call
list_transform(
    [
        e'>\n</function>', e'a>\n<parameter=b>c\n</function>',
        e'a>\n<parameter=b>c</parameter>\n<parameter=b>d</parameter>\n</function>'
    ],
    lambda call: tag_call(call, editor_types()).problem
);
['a call without a name', 'a call whose parameters cannot be told apart', 'a call that gives a parameter twice'];

-- editor_types: what is no text
map_keys(editor_types());
['insert_line', 'view_range'];

-- bash_block_segments: thought, command, what stands behind
list_transform(
    bash_block_segments(e'THOUGHT: a\n```bash\nb\n```\nc', 4),
    lambda part: concat_ws('|', part.form, part.turn, trim(part.thought, e'\n'), part.text)
);
['fenced_call|4|THOUGHT: a|b', 'words|4|c'];

-- bash_block_count: blocks of bash, ended ones
list_transform(
    [e'```bash\na\n```', e'```bash\na\n```\n```bash\nb\n```', e'```\na\n```', e'```bash\na', null],
    lambda said: bash_block_count(said)
);
[1, 2, 0, 0, 0];

-- without_headings: what the format puts around a thought
list_transform(
    [e'THOUGHT: a\nTHOUGHT: b', e'DISCUSSION\na\nCOMMAND\n', e'DISCUSSION\nCOMMAND', 'DISCUSSION of a', ' THOUGHT: '],
    lambda thought: without_headings(thought)
);
[e'a\nTHOUGHT: b', 'a', null, 'DISCUSSION of a', null];

-- quoted_words: quotes of both kinds, backslashes, blanks
quoted_words($$ find_file "a \"b\".py"'c d' e\ f "" $$);
['find_file', 'a "b".pyc d', 'e f', ''];

-- quoted_words: an open quote
[quoted_words('grep "a'), quoted_words('it''s'), quoted_words('a\')];
[null, null, null];

-- line_edit: lines with their line breaks, and what stands behind
line_edit(e'edit 3:5\n  x\n\nend_of_edit\nls');
{'is_edit': true, 'first': 3::bigint, 'last': 5::bigint, 'replacement': e'  x\n\n', 'behind': 'ls'};

-- line_edit: nothing in place of the lines, and no edit
[line_edit(e'edit 3:5\nend_of_edit').replacement, line_edit('edit 3:5').is_edit::varchar];
['', 'false'];

-- window_command: a call, and what goes to the shell
[window_command('open "a b" 3').arguments, window_command('open a b c').arguments, window_command('ls').arguments];
['{"path":"a b","line_number":3}'::json, null, null];

-- window_command: an argument that is left out
[window_command('search_dir a').arguments, window_command('search_dir a b').arguments];
['{"search_term":"a"}'::json, '{"search_term":"a","dir":"b"}'];

-- fenced_call_segments: an edit goes up to its end
list_transform(
    fenced_call_segments(e'So.\n```\nedit 1:1\n```\na\n```\nend_of_edit\n```', 0), lambda part: part.text
);
[e'\nedit 1:1\n```\na\n```\nend_of_edit'];

-- listed_tools: with the envelope that a tool may lack, by name, and what is no list
[
    listed_tools('[{"name":"b"},{"type":"function","function":{"name":"a","strict":null}}]'), listed_tools('[]'),
    listed_tools('{"name":"b"}'), listed_tools('none')
];
[
    '[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}]'::json, null, null, null
];

-- without_bookkeeping: the thought and what its program is told
without_bookkeeping('{"path":"a","thought":"b","confirmation_state":"confirmed","start":0}');
'{"path":"a","start":0}';

-- shown_text: quotes as Python chooses them, and what is not seen
[shown_text('a'), shown_text('it''s'), shown_text('it''s "a"'), shown_text(concat(e'a\n\\b', chr(160)))];
['''a''', '"it''s"', '''it\''s "a"''', '''a\n\\b\xa0'''];

-- shown_properties: flags, texts, other values, and what is left out
shown_properties(
    '[{"name":"focused","value":{"value":true}},{"name":"required","value":{"value":false}},
      {"name":"level","value":{"value":2}},{"name":"live","value":{"value":"polite"}},
      {"name":"expanded","value":{"value":false}},{"name":"x","value":{}}]'::json
);
['focused', 'live=''polite''', 'expanded=False'];

-- is_shown_node: what says nothing has no line
[
    is_shown_node('link', '', [], ''), is_shown_node('link', null::varchar, [], ''), is_shown_node('generic', 'a', [], ''),
    is_shown_node('generic', '', ['focused'], ''), is_shown_node('StaticText', 'a', [], 'a b'),
    is_shown_node('StaticText', 'a', [], 'b'), is_shown_node('LineBreak', 'a', [], '')
];
[true, false, false, true, false, true, false];

-- (end of shell agents)

-- is_plain_object: an object, each of its names once
[is_plain_object('{"a": 1, "b": 2}'), is_plain_object('{"a": 1, "a": 2}'), is_plain_object('[1]'), is_plain_object(null)];
[true, false, false, false];

-- text_members: numbers and flags as text, null as nothing
text_members('{"a": "b", "c": 1, "d": null, "e f": true}');
map {'a': 'b', 'c': '1', 'd': '', 'e f': 'true'};

-- text_members: nothing of what is no object
text_members('[1]');
map_from_entries([]::struct(key varchar, value varchar)[]);

-- filled_blanks: known names; scripts have their own dollars
filled_blanks('a ${b c} ${d}, ${Date.now()} $ {b c} ${', map {'b c': '$1 \ {', 'd': ''});
'a $1 \ { , ${Date.now()} $ {b c} ${';

-- html_escaped: text in a page
html_escaped('<a b="c">&d''');
'&lt;a b=&quot;c&quot;&gt;&amp;d''';

-- html_unescaped: and back
html_unescaped(html_escaped('&lt;<a b="c">&d'''));
'&lt;<a b="c">&d''';

-- form_pieces: fields, not those in comments and scripts
form_pieces('a<input b><!-- <input> --><SELECT c><script>"<textarea>"</script><textarea>d</textarea>e');
['a', '<input b><!-- <input> -->', '', '<SELECT c><script>"<textarea>"</script>', '', '<textarea>d</textarea>e'];

-- first_tag: up to its end, which is not the one in a value
[first_tag('<input a=">" b>c>'), first_tag('a<b>')];
['<input a=">" b>', ''];

-- tag_attribute: quoted in one way or the other or not at all; another attribute's name may end in the same letters
list_transform(
    ['<input name="a&amp;b" value=''c d'' data-type=e>', '<input NAME=f value="">'],
    lambda tag: [tag_attribute(tag, 'name'), tag_attribute(tag, 'value'), tag_attribute(tag, 'type')]
);
[['a&b', 'c d', null], ['f', '', null]];

-- form_field: kinds
list_transform(
    ['<input name=a>b', '<INPUT type="Radio" name=c value=d checked>', '<select name=e><option>', 'f<input name=g>'],
    lambda piece: [form_field(piece).kind, form_field(piece).name, form_field(piece).is_ticked::varchar]
);
[['text', 'a', 'false'], ['radio', 'c', 'true'], ['select', 'e', 'false'], [null, null, 'false']];

-- field_answer: a choice, a box among several, a ticked one, a hidden field
list_transform(
    [
        '<input type=radio name=a value=x>', '<input type=radio name=a value=y>', '<input type=checkbox name=b value=2>',
        '<input type=checkbox name=b value=3>', '<input type=checkbox name=c>', '<input type=checkbox name=c checked>',
        '<input type=hidden name=d>', '<input name=d>', '<input name=nobody>'
    ],
    lambda piece: field_answer(form_field(piece), map {'a': 'y', 'b': '1|2', 'c': 'on', 'd': 'e'})
);
[null, 'y', '1|2', null, 'on', null, null, 'e', null];

-- xpath_text: quotes of either kind, and both
[xpath_text('a'), xpath_text('a"b'), xpath_text('a"b''c'), xpath_text(null)];
['"a"', '''a"b''', 'concat("a", ''"'', "b''c")', null];

-- field_call: a path that finds the field and no other
list_transform(
    ['<input type=radio name=a value="b">', '<input type="checkbox" name=c value=d>', '<textarea name=e>', '<input name=f>'],
    lambda piece: field_call(form_field(piece), 'g', false).arguments ->> '$.xpath'
);
[
    '//input[@name="a" and @type="radio" and @value="b"]', '//input[@name="c" and @type="checkbox" ]',
    '//textarea[@name="e"]', '//input[@name="f"]'
];

-- field_call: functions and values
list_transform(
    ['<input type=checkbox name=a value="b">', '<input type="range" name=c>', '<select name=d>', '<textarea name=e>'],
    lambda piece: concat_ws(
        ' ',
        field_call(form_field(piece), 'g', true).function,
        field_call(form_field(piece), 'g', true).arguments ->> '$.value'
    )
);
['click', 'modify_range g', 'select g', 'type g'];

-- answered_piece: what the page shows then
list_transform(
    [
        '<input type=radio name=a value="g">b', '<input name=c value="old" />d', '<textarea name=e>old</textarea>f',
        '<select name=h><option selected>a<option value="g">b</select>'
    ],
    lambda piece: answered_piece(piece, form_field(piece), 'g', false)
);
[
    '<input checked="checked" type=radio name=a value="g">b', '<input value="g" name=c value="old" />d',
    '<textarea name=e>g</textarea>f', '<select name=h><option>a<option selected="selected" value="g">b</select>'
];

-- answered_piece: a choice that was set before is so no more, whatever else stays as it is
list_transform(
    ['<input type=radio name=a checked="checked" value=b>', '<input type=radio name=a value=b checked>', '<p checked>'],
    lambda piece: answered_piece(piece, form_field(piece), null, true)
);
['<input type=radio name=a value=b>', '<input type=radio name=a value=b>', '<p checked>'];

-- website_address: known by its name
[website_address('united'), website_address('https://a.example'), website_address(null)];
['https://www.united.com', 'https://a.example', null];

-- website_address: a part of a website, and one that is not commercial
[website_address('us.megabus'), website_address('nps.gov'), website_address('new.mta.info')];
['https://us.megabus.com', 'https://www.nps.gov', 'https://new.mta.info'];

-- chosen_candidate: with its attributes as HTML, and without a number
[
    chosen_candidate(
        [{'is_original_target': null::json, 'is_top_level_target': null::json, 'backend_node_id': null, 'attributes': to_json(value)}]
    )
    for value in ['class="a" backend_node_id="5"', 'class="a"']
];
['//*[@backend_node_id=''5'']', null];

-- chosen_candidate: the element that was used, else the outermost, else the first
list_transform(
    [
        [
            {'is_original_target': 'false'::json, 'is_top_level_target': 'true'::json, 'backend_node_id': '1', 'attributes': null::json},
            {'is_original_target': 'true'::json, 'is_top_level_target': 'false'::json, 'backend_node_id': null, 'attributes': '{"backend_node_id": "2"}'::json}
        ],
        [{'is_original_target': null, 'is_top_level_target': null, 'backend_node_id': '3', 'attributes': null}],
        []
    ],
    lambda candidates: chosen_candidate(candidates)
);
['//*[@backend_node_id=''2'']', '//*[@backend_node_id=''3'']', null];

-- editor_values: a range and a line, nothing else
editor_values('{"view_range":"[1, -1]","insert_line":"7","new_str":"7","path":"/a"}');
'{"view_range":[1, -1],"insert_line":7,"new_str":"7","path":"/a"}'::json;

-- spoken_chat: words as they are
[concat(part.form, part.content) for part in spoken_chat([{'role': 'user', 'content': 'a', 'loss': null},
    {'role': 'gpt', 'content': 'Action: b', 'loss': null}])];
['Ua', 'WAction: b'];

-- shopping_task: the instruction, or the words themselves
[shopping_task('WebShop [SEP] Instruction: [SEP] a [b] [SEP] Search'), shopping_task('c'), shopping_task(null)];
['a [b]', 'c', null];

-- world_id: the world of the file in front of a number
[world_id('data/alfworld_sft.json', '3'), world_id('webshop_sft.json.gz', 'webshop_3'), world_id('raw.jsonl', '3')];
['alfworld_3', 'webshop_3', '3'];

-- rest_in_extra: known members stay, the others go there
rest_in_extra('{"a":1,"b":2,"extra":{"c":null}}', ['a']);
'{"a":1,"extra":{"c":null,"b":2}}'::json;

-- rest_in_extra: nothing else
[rest_in_extra('{"a":1}', ['a']), rest_in_extra('{"a":1,"extra":[2]}', ['a'])];
['{"a":1}'::json, '{"a":1,"extra":{"extra":[2]}}'::json];

-- atif_image: its kind by what is known
[
    atif_image({'path': 'a.JPG', 'media_type': null::varchar}) ->> '$.source.media_type',
    atif_image({'path': 'a', 'media_type': 'image/gif'}) ->> '$.source.media_type',
    atif_image({'path': 'a', 'media_type': 'image/tiff'}) ->> '$.source.media_type'
];
['image/jpeg', 'image/gif', 'image/png'];

-- atif_content: text alone, and with an image
[
    atif_content('a', null::struct(path varchar, media_type varchar)[]),
    atif_content('a', [{'path': 'x.png', 'media_type': 'image/png'}])
];
[
    '"a"'::json,
    '[{"type":"text","text":"a"},{"type":"image","source":{"media_type":"image/png","path":"x.png"}}]'::json
];
-- go-browse-wa, synatra, webarena_successful: calls written as Python, steps in a browser

-- written_call: with brackets in a text
written_call(e'fill(\'45\', "tea (green)")');
{'function': 'fill', 'arguments': e'\'45\', "tea (green)"'};

-- written_call: prose
written_call('I would click (on it) first.') is null;
true;

-- written_arguments: by name and by place
written_arguments(e'\'45\', value="a, b", modifiers=[\'Shift\']');
[
    {'name': '', 'value': e'\'45\''}, {'name': 'value', 'value': '"a, b"'},
    {'name': 'modifiers', 'value': e'[\'Shift\']'}
];

-- written_arguments: quotes within quotes
written_arguments('element_id="9", content="say "hi, you""');
[{'name': 'element_id', 'value': '"9"'}, {'name': 'content', 'value': '"say "hi, you""'}];

-- written_arguments: three quotes, and a text in pieces
written_arguments(e'\'5\', \'\'\'it\'s "x", y\'\'\', "a" \'b\'');
[
    {'name': '', 'value': e'\'5\''}, {'name': '', 'value': e'\'\'\'it\'s "x", y\'\'\''},
    {'name': '', 'value': e'"a" \'b\''}
];

-- written_arguments: those of several calls are none
[
    written_arguments(value)
    for value in ['"1"); click("2"', e'"1")\nclick("2"', 'bid="1"); click(bid="2"', 'bid=1); click(bid=2']
];
[null, null, null, null];

-- written_arguments: nothing that can be told apart
written_arguments('"a" + "b"') is null;
true;

-- unquoted: escapes, also those that only Python has, and one that it leaves as it is
unquoted(e'\'it\\\'s "x"\\n\\d\\xe9\\\\xe9\\\\\'');
e'it\'s "x"\n\\dé\\xe9\\';

-- unquoted: between three quotes, and a character by its number
[unquoted('"""say "x""""'), unquoted('"\x41\\x41"')];
['say "x"', 'A\x41'];

-- literal_json: a text in pieces
cast(literal_json(e'"a "\n\'b\'') as varchar);
'"a b"';

-- literal_json: each kind of literal
[cast(literal_json(value) as varchar) for value in ['"a"', 'True', 'None', '-2.5', e'[\'a, b\']', '[1, 2]', 'bare']];
['"a"', 'true', 'null', '-2.5', '["a, b"]', '[1, 2]', '"bare"'];

-- arguments_by_name: places get their names, the id of an element is a text
arguments_by_name('12, value="7", x=7', ['bid', 'value']);
'{"bid":"12","value":"7","x":7}';

-- arguments_by_name: more than the function takes
arguments_by_name('1, 2', ['bid']) is null;
true;

-- browsergym_parameters: of a function, and of one that it does not have
[browsergym_parameters('fill'), browsergym_parameters('draw')];
[['bid', 'value'], null];

-- browsing_step: kind follows from class, empty details are none
browsing_step(2, 0, 'api_action', 'agent', null, 'noop', '{}', null, 'call_2', null, null, null, '{}').kind;
'action';

-- told_step: words of the user
told_step(0, 'user', 'Go.', null, null).content;
'Go.';

-- page_step: with the call that led to it
page_step(3, 'http://a.example', null, 'tree', 'call_2', '{}').tool_call_id;
'call_2';

-- act_step: a call, and what nobody could read
[
    act_step(2, 0, 'noop', '{}', null, 'noop()', null).class,
    act_step(2, 0, 'noop', null, null, 'nop', null).class
];
['api_action', 'message_action'];

-- reading_exclusion: only where something was not read
[reading_exclusion({'unreadable': 'x'}), reading_exclusion({'unreadable': null})];
['unreadable_step', null];

-- reading_exclusion_detail: with the step
reading_exclusion_detail({'unreadable_step': 2, 'unreadable': 'x'});
'step 2: x';

-- typed_text: all planes of the table of keys
typed_text('[91, 110, 111, 981, 982]');
concat('l', chr(127), chr(129), chr(999), chr(10));

-- typed_text: a key without a character
typed_text('[20, 0]') is null;
true;

-- webarena_function: by name, and by number
[webarena_function('{"action_name": "page_focus"}'), webarena_function('{"action_type": 6}')];
['tab_focus', 'click'];

-- webarena_arguments: of a scroll
webarena_arguments('{"action_name": "scroll", "direction": "up"}');
'{"dx":0,"dy":-500}';

-- complete_arguments: whole ones, and ones that lack something
[complete_arguments('{"bid":"1"}'), complete_arguments('{"bid":null}')];
['{"bid":"1"}', null];

-- synatra_element: an id, and words instead of one
[synatra_element('{"element_id": "a9"}'), synatra_element('{"element": "Password"}')];
['a9', ''];

-- synatra_function: another name of it
synatra_function({'function': 'page_focus'});
'tab_focus';

-- synatra_arguments: under the names of the tools
synatra_arguments(written_call('type(element_id="9", content="x, (y)")'));
'{"bid":"9","text":"x, (y)"}';

-- synatra_part: between two marks
synatra_part('a = 1; b = 2; c', 'b = ', ';');
'2';

-- synatra_objective: without its quotes
synatra_objective(e'"""\n\n# objective\nobjective = "Do "it"."\n\n# past actions\n');
'Do "it".';

-- synatra_website: between its quotes
synatra_website(e'# website\nwebsite = "a.example"\n');
'a.example';

-- go_browse_goal: goal and page
go_browse_goal('{"goal": "g", "traj_num": 1}', '{"node_url": "u"}');
{'goal': 'g', 'node_url': 'u'};

-- go_browse_task: with the try
go_browse_task('{"goal": "g", "traj_num": 1, "reward": 1.0}', '{"node_url": "u"}').traj_num;
'1';

-- Chat messages with tool calls, and mini-swe-agent's commands

-- shell_word: a quote ends the word, stands in quotes of the other kind, and the word goes on
shell_word('it''s $x');
'''it''"''"''s $x''';

-- is_script: what a session would not print
[is_script(e'import os\nx = 1'), is_script('print(1)'), is_script(e'for a in b:\n    a'), is_script(e'd["a"] += 1\n# end')];
[true, true, true, true];

-- is_script: a last value, a magic, words from the keyboard, nothing at all
[is_script(e'x = 1\nx'), is_script(e'%time f()\nx = 1'), is_script('n = input("?")'), is_script(''), is_script('a == b')];
[false, false, false, false, false];

-- hand_in_command: ends a run
hand_in_command();
'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT';

-- shell_command: what is one command, and what is none
[
    shell_command(null, null, 'bash', 'ls'),
    shell_command(null, null, 'python', 'print(''a'')'),
    shell_command('submit', '{}', null, null),
    shell_command('bash', '{"command": "ls"}', null, null),
    shell_command('bash', '{"command": "ls", "restart": true}', null, null),
    shell_command('open', '{"path": "a"}', null, null),
    shell_command(null, null, 'go', 'x')
];
['ls', 'python3 -c ''print(''"''"''a''"''"'')''', 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT', 'ls', null, null, null];

-- only_changes_shell: nothing else is done
[only_changes_shell('cd /a'), only_changes_shell('export A=1;'), only_changes_shell('cd /a && ls'), only_changes_shell('cdr x')];
[true, true, false, false];

-- command_block: as the agent's parser finds it
regexp_extract(command_block(e'a\nb'), '(?s)```mswea_bash_command\s*\n(.*?)\n```', 1);
e'a\nb';

-- command_output: the return code where it is known
[command_output(e'a\n', '0'), command_output('a', null), command_output('', '1')];
[e'<returncode>0</returncode>\n<output>\na\n</output>', e'<output>\na\n</output>', e'<returncode>1</returncode>\n<output>\n</output>'];

-- name_in: what an object has under a name
[name_in('{"a": "b"}', 'a'), name_in('{"a": "b"}', 'c'), name_in(null, 'a')];
['b', null, null];

-- renamed_arguments: only names change, in place
renamed_arguments('{"dx": 0, "text": "dx", "dy": null}', '{"dx": "delta_x", "dy": "delta_y"}');
'{"delta_x":0,"text":"dx","delta_y":null}';

-- renamed_arguments: as they are where nothing has another name
[renamed_arguments('{"a": 1}', null), renamed_arguments('{"a": 1}', '{"b": "c"}')];
['{"a": 1}', '{"a": 1}'];

-- renamed_arguments: no name comes twice
renamed_arguments('{"element_id": "1", "bid": "2"}', '{"element_id": "bid"}');
'{"element_id":"1","bid":"2"}';

-- takes_calls_of: more parameters are welcome, unless they are needed
[
    takes_calls_of('{"properties": {"a": {}, "b": {}}, "required": ["a"]}', '{"properties": {"a": {}}, "required": ["a"]}'),
    takes_calls_of('{"properties": {"a": {}, "b": {}}, "required": ["b"]}', '{"properties": {"a": {}}, "required": ["a"]}'),
    takes_calls_of('{"properties": {"b": {}}}', '{"properties": {"a": {}}}'),
    takes_calls_of('{}', '{"properties": {}}')
];
[true, false, false, true];

-- code_fence: longer than any in the code
[code_fence('x'), code_fence(e'```\ny\n````')];
['```', '`````'];

-- fenced_code: the code, on lines of its own
[fenced_code('go', 'x'), fenced_code('text', e'x\n')];
[e'```go\nx\n```', e'```\nx\n```'];

-- tool_calls: arguments stay text
to_json(tool_calls([{'id': 'a', 'name': 'f', 'arguments': '{"x": 1}'}]))::varchar;
'[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\": 1}"}}]';

-- assistant_words: what has nothing to say is left out
[
    assistant_words(null, null, null)::varchar,
    assistant_words('a', 'b', null)::varchar,
    assistant_words(null, null, [{'id': 'a', 'name': 'f', 'arguments': '{}'}])::varchar,
    assistant_words('a', 'b', [{'id': 'a', 'name': 'f', 'arguments': '{}'}])::varchar
];
[
    '{"role":"assistant","content":""}',
    '{"role":"assistant","content":"a","reasoning_content":"b"}',
    '{"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}',
    '{"role":"assistant","content":"a","reasoning_content":"b","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}'
];

-- tool_messages: one for each call, in the calls' order
tool_messages(
    [{'id': 'a', 'step': 1}, {'id': 'b', 'step': 2}],
    [{'step': 2, 'text': 'x'}, {'step': 2, 'text': 'y'}]
)::varchar[];
['{"role":"tool","tool_call_id":"a","content":""}', '{"role":"tool","tool_call_id":"b","content":"x\n\ny"}'];

-- tool_messages: no calls
tool_messages(null, null);
[];

-- assistant_message: what is not to be learnt from weighs nothing
[assistant_message('a', null, null, true)::varchar, assistant_message('a', null, null, false)::varchar];
['{"role":"assistant","content":"a"}', '{"role":"assistant","content":"a","weight":0}'];

-- weblinx, wonderbread: recordings of people

-- letters_before: how many acts come before a place
letters_before('TPASPA', 'SAN', 6);
2;

-- recorded_length: what nobody answers at the end is left out
[recorded_length('TPAPT'), recorded_length('TPAXP'), recorded_length('TP')];
[3, 5, 2];

-- recorded_part: as it is given
recorded_part('T', 'Go.', null, null, null, null, null).content;
'Go.';

-- recorded_step: a page names the call before it, a call without a page has no result
[
    recorded_step(recorded_part('P', null, 'u', 'h', null, null, null), 'TAP', 3).tool_call_id,
    recorded_step(recorded_part('A', '', null, null, 'noop', '{}', null), 'TAS', 2).details ->> '$.result'
];
['call_1', 'none'];

-- weblinx_path: by number, else as recorded
[
    weblinx_path('{"action": {"arguments": {"element": {"attributes": {"data-webtasks-id": "a-1"}, "xpath": "/x"}}}}'),
    weblinx_path('{"action": {"arguments": {"element": {"attributes": {}, "xpath": "/x"}}}}')
];
['//*[@data-webtasks-id=''a-1'']', '/x'];

-- weblinx_argument: among the arguments or their properties
[
    weblinx_argument('{"action": {"arguments": {"text": "a", "properties": {"text": "b"}}}}', 'text'),
    weblinx_argument('{"action": {"arguments": {"properties": {"text": "b"}}}}', 'text')
];
['a', 'b'];

-- weblinx_place: where a scroll ends
weblinx_place('{"action": {"intent": "scroll", "arguments": {"scrollY": 5, "metadata": {"tabId": 1}}}}');
{'intent': 'scroll', 'tab': '1', 'tabs': ['1'], 'url': null, 'x': 0.0, 'y': 5.0};

-- weblinx_tab: the second of those that are open
weblinx_tab(
    [
        {'intent': 'click', 'tabs': ['7']}, {'intent': 'tabswitch', 'tabs': ['7', '9']},
        {'intent': 'tabremove', 'tabs': ['7']}, {'intent': 'tabcreate', 'tabs': ['8']},
        {'intent': 'tabswitch', 'tabs': ['9', '8']}
    ],
    5
);
1;

-- weblinx_placed: from the place before
weblinx_placed(
    '{"a": 1}',
    [
        {'intent': 'scroll', 'tab': '1', 'tabs': ['1'], 'url': 'u', 'x': 0.0, 'y': 5.0},
        {'intent': 'scroll', 'tab': '1', 'tabs': ['1'], 'url': 'u', 'x': 1.0, 'y': 2.0}
    ],
    2
) -> '$.action.arguments.properties';
'{"x":1.0,"y":-3.0}';

-- weblinx_function: of an intent
weblinx_function('{"action": {"intent": "textInput"}}');
'type';

-- weblinx_arguments: of an act that lacks its element
weblinx_arguments('{"action": {"intent": "click", "arguments": {}}}') is null;
true;

-- weblinx_page: by its name
weblinx_page([{'name': 'a', 'html': 'x'}, {'name': 'b', 'html': 'y'}], ['a', 'b'], '{"state": {"page": "b"}}');
'y';

-- weblinx_parts: a page, and the act on it
[
    part.letter
    for part in weblinx_parts('{"type": "browser", "state": {"page": "p"}, "action": {"intent": "tabcreate"}}', 'h')
];
['P', 'A'];

-- recorded_key: names, on either side, and quoted characters
[
    recorded_key(key)
    for key in ['Key.enter', 'Key.cmd', 'Key.shift_r', 'Key.f5', e'\'ß\'', e'"\'"', e'\'\\\\\'', 'Key.menu']
];
['Enter', 'Meta', 'Shift', 'F5', 'ß', e'\'', '\', 'Key.menu'];

-- recorded_keys: between blanks, and a text
[recorded_keys(e'"\'a\' \' \' \\"\'\\" Key.space"'), recorded_keys(to_json(e'it\'s'))];
[[e'\'a\'', e'\' \'', e'"\'"', 'Key.space'], null];

-- recorded_text: a list of keys, keys between blanks, a text
[recorded_text(e'["\'a\'", "Key.space"]'), recorded_text(e'"\'a\' Key.enter"'), recorded_text('"a b"')];
['a ', concat('a', chr(10)), 'a b'];

-- recorded_text: what is shifted and what is taken back
recorded_text(e'"Key.shift \'H\' \'u\' Key.backspace \'i\'"');
'Hi';

-- recorded_text: what cannot be told
[recorded_text(e'"Key.backspace \'a\'"'), recorded_text(e'"\'a\' Key.left \'b\'"'), recorded_text(e'"\'\\\\x01\'"')];
[null, null, null];

-- recorded_chord: two keys at once, and none
[recorded_chord(e'"Key.cmd_r \'a\'"'), recorded_chord(e'"Key.shift \'A\'"'), recorded_chord(e'"Key.cmd \'a\' \'b\'"')];
['Meta+a', null, null];

-- wonderbread_path: wherever it stands
[
    wonderbread_path('{"element_attributes": {"xpath": "/a"}}'),
    wonderbread_path('{"element_attributes": {"element": {"xpath": "/b"}}}'), wonderbread_path('{}')
];
['/a', '/b', null];

-- wonderbread_function: of a kind
wonderbread_function('{"type": "mouseup"}');
'click';

-- wonderbread_arguments: a key without its element
wonderbread_arguments('{"type": "keypress", "key": "Key.esc"}');
'{"key":"Escape"}';

-- wonderbread_parts: half a click is none
len(wonderbread_parts('{"type": "action", "data": {"type": "mousedown"}}'));
0;

-- exchanged_unit: trained on unless it says otherwise
[
    (exchanged_unit('words', 0, null, null, null, '"Hi."', '', null, null, 'm', null)).trainable,
    (exchanged_unit('words', 0, null, null, null, '"Hi."', '', null, false, 'm', null)).trainable
];
[true, false];

-- exchanged_unit: empty reasoning is none
(exchanged_unit('words', 0, null, null, null, '"Hi."', '', null, null, 'm', null)).reasoning;
null;

-- shown_units: a text, a text with an image, an image
list_transform(
    [
        '"Hi."',
        '[{"type": "text", "text": "Hi."}, {"type": "image_url", "image_url": {"url": "a.png"}}]',
        '[{"type": "image_url", "image_url": {"url": "a.png"}}]'
    ],
    lambda content: array_to_string(
        list_transform(
            shown_units('user', 'user_image', null, cast(content as json), null, true, null),
            lambda unit: unit.segment.form
        ),
        ' '
    )
);
['user', 'user user_image', 'user_image'];

-- atif_rest: what no column holds
[
    atif_rest('{"step_id": 1, "source": "user", "message": "Hi.", "extra": {"a": 1}}'),
    atif_rest('{"step_id": 2, "source": "agent", "message": "", "model_name": "m"}')
];
['{"extra":{"a":1}}', null];

-- atif_units: words, a call with its result
list_transform(
    [
        '{"source": "user", "message": "Hi."}',
        '{"source": "agent", "message": "I look.", "tool_calls": [{"tool_call_id": "a", "function_name": "ls",
            "arguments": {}}], "observation": {"results": [{"source_call_id": "a", "content": "a.py"}]}}',
        '{"source": "robot", "message": "Hi."}'
    ],
    lambda step: array_to_string(
        list_transform(
            atif_units(cast(step as json), 0), lambda unit: concat_ws(' ', unit.segment.form, unit.segment.id)
        ),
        ', '
    )
);
['user', 'json_call a, tool_result a', 'unknown_result'];

-- openai_units: words, calls, a result
list_transform(
    [
        '{"role": "developer", "content": "Be brief."}',
        '{"role": "assistant", "content": "I look.", "tool_calls": [{"id": "a", "function": {"name": "ls",
            "arguments": "{}"}}, {"id": "b", "custom": {"name": "patch", "input": "x"}}]}',
        '{"role": "tool", "tool_call_id": "a", "content": "a.py"}',
        '{"role": "assistant", "content": "Done."}',
        '{"role": "critic", "content": "No."}'
    ],
    lambda message: array_to_string(
        list_transform(
            openai_units(cast(message as json), 0),
            lambda unit: concat_ws(' ', unit.segment.form, unit.segment.called, unit.segment.text)
        ),
        ', '
    )
);
['system', 'json_call ls {}, json_call patch {"input":"x"}', 'tool_result', 'words', 'unknown_result'];

-- exchanged_unit: who says nothing of it may be learnt from
exchanged_unit('user', null, null, 'Go.', null, '"Go."', null, null, null, null, null)['trainable'];
true;

-- exchanged_unit: the text is that of its segment
exchanged_unit('user', null, null, 'Go.', null, '"Go."', '', null, true, 'm', null)['segment']['text'];
'Go.';

-- shown_units: words are one piece, their images the next
list_transform(
    shown_units(
        'user', 'user_image', null,
        cast('[{"type": "text", "text": "See."}, {"type": "image_url", "image_url": {"url": "a.png"}}]' as json),
        null, true, null
    ),
    lambda unit: unit['segment']['form']
);
['user', 'user_image'];

-- atif_rest: what becomes columns is no rest
atif_rest(cast('{"step_id": 1, "source": "user", "message": "Go.", "timestamp": "t"}' as json)) ->> '$.timestamp';
't';

-- atif_rest: nothing is left where all became columns
atif_rest(cast('{"step_id": 1, "source": "user", "message": "Go."}' as json));
cast(null as json);

-- atif_units: a call is a piece by itself, with its number among the model calls
list_transform(
    atif_units(
        cast(
            '{"source": "agent", "message": "", "tool_calls":'
            || ' [{"function_name": "f", "arguments": {}, "tool_call_id": "a"}]}' as json
        ),
        3
    ),
    lambda unit: unit['segment']['called'] || unit['segment']['turn']
);
['f3'];

-- openai_units: an answer to a call names it
openai_units(cast('{"role": "tool", "tool_call_id": "a", "content": "1"}' as json), null)[1]['segment']['id'];
'a';

-- held_out_split: by the md5 of the task, which begins with 05, 1e, cc; a trajectory without a task has none
list_transform(['swe/d', 'swe/f', 'swe/a', null], lambda task: held_out_split(task));
['eval', 'test', 'train', null];

-- toolbench

-- parallel_messages: two lists side by side, the second one shorter
parallel_messages(cast('{"from": ["human", "gpt"], "value": ["Hi."]}' as json));
[{'role': 'user', 'content': 'Hi.'}, {'role': 'assistant', 'content': null}];

-- parallel_messages: a list of objects
parallel_messages(cast('[{"role": "Function", "content": "x"}]' as json));
[{'role': 'function', 'content': 'x'}];

-- parallel_messages: what is no chat has no messages
parallel_messages(cast('3' as json));
[];

-- python_json: quotes of both kinds, words that JSON spells otherwise
python_json('[{''a'': True, "it''s": None, ''None'': [1, 2.5, ''say "x"'']}]');
cast('[{"a": true, "it''s": null, "None": [1, 2.5, "say \"x\""]}]' as json);

-- python_json: code that is no such value
python_json('[f(''a'')]');
cast(null as json);

-- labelled_thought: without the label
[labelled_thought(e'\nThought: I look.\n'), labelled_thought('Thought: '), labelled_thought('I look.')];
['I look.', null, 'I look.'];

-- input_of_call: what stands behind its label, up to the next thought
input_of_call(e' f\nAction Input: {"a": 1}\nThought: So.');
' {"a": 1}';

-- input_of_call: without the label whatever follows the name
input_of_call(e' f\n{"a": 1}');
e'\n{"a": 1}';

-- thought_behind_input: with its label
thought_behind_input(e' f\nAction Input: {"a": 1}\nThought: So.');
'Thought: So.';

-- prose_call_segment: a Finish with an answer is words, any other call stays one, nothing called is a thought
list_transform(
    [
        prose_call_segment(0, 'a', 'Finish', '{"return_type": "give_answer", "final_answer": "12"}'),
        prose_call_segment(0, 'a', 'Finish', '{"return_type": "give_up_and_restart"}'),
        prose_call_segment(0, 'a', '', null)
    ],
    lambda piece: piece.form || ' ' || piece.text
);
['answer_words 12', 'prose_call {"return_type": "give_up_and_restart"}', 'words a'];

-- prose_call_segments: calls, each with its thought, and what is said behind them
list_transform(
    prose_call_segments(
        e'Thought: First.\nAction: f\nAction Input: {}\nThought: Then.\nAction: g\nAction Input: {"a": 1}\nThought: So.', 0
    ),
    lambda piece: [piece.form, piece.thought, piece.called, piece.text]
);
[['prose_call', 'First.', 'f', '{}'], ['prose_call', 'Then.', 'g', '{"a": 1}'], ['words', null, null, 'So.']];

-- session_parts: instructions, example, task
session_parts('Rules' || repeat(chr(10) || '---' || chr(10) || chr(10) || 'Task:' || chr(10) || 'T', 2));
['Rules', chr(10) || 'T', chr(10) || 'T'];

-- session_task: the last part
session_task(concat('Rules', chr(10), '---', chr(10), chr(10), 'Task:', chr(10), 'Add.', chr(10)));
'Add.';

-- session_task: none where there are no parts
session_task('Task: Add.');
cast(null as varchar);

-- session_prompt: the sentence on thoughts is gone, with the break behind it
session_prompt('Think first. Use the "<thought>" tag: <thought> I think! </thought>.' || chr(10) || chr(10) || 'Then act.');
'Think first. Then act.';

-- session_prompt: nothing is gone where there is no such sentence
session_prompt('Act.' || chr(10) || chr(10) || '---' || chr(10) || chr(10) || 'Task:' || chr(10) || 'T');
'Act.';

-- session_answer: the mark goes as a whole, and just once
session_answer('Assistant:' || chr(10) || '<thought> Assistant: says so. </thought> Yes.');
'Assistant: says so. Yes.';

-- session_answer: words that begin with letters of the mark stay whole
session_answer('Assistant：A test');
'A test';

-- session_chat: instructions, task, answer
list_transform(
    session_chat(
        [
            {
                'role': 'user',
                'content': 'R' || repeat(chr(10) || '---' || chr(10) || chr(10) || 'Task:' || chr(10) || 'T', 2)
            },
            {'role': 'assistant', 'content': 'Assistant: Yes.'}
        ]
    ),
    lambda said: said.role || ' ' || said.content
);
['system R', 'user Task:' || chr(10) || 'T', 'assistant Yes.'];

-- session_pairs: an error, then code that runs; the last answer has no pair
session_pairs(
    [
        {'role': 'user', 'content': 'T'}, {'role': 'assistant', 'content': '<execute>a</execute>'},
        {'role': 'user', 'content': 'NameError'}, {'role': 'assistant', 'content': '<execute>b</execute>'},
        {'role': 'user', 'content': '1'}, {'role': 'assistant', 'content': '<solution>1</solution>'}
    ]
);
'EC';

-- session_pairs: none of a single answer
session_pairs([{'role': 'user', 'content': 'T'}, {'role': 'assistant', 'content': '<solution>1</solution>'}]);
'';

-- session_limits: as the prompt says
session_limits(
    'A. You have 9 chances to interact with the environment or propose a solution.'
    || ' You can only propose a solution 1 times. B.'
);
'You have 9 chances to interact with the environment or propose a solution.'
|| ' You can only propose a solution 1 times.';

-- session_text: a task gets the limits in place of its heading
session_text('U', 'Task:' || chr(10) || 'Add.', 0, 'Be quick.');
concat('Add.', chr(10), chr(10), 'Be quick.');

-- session_text: blanks around code go
session_text('C', chr(10) || '  x = 1' || chr(10), 1, null);
'  x = 1';

-- codeact_model: one name for what is one model
list_transform(['gpt-3.5-turbo-16k-0613', 'mistral-7b-hf', 'claude-2', null], lambda model: codeact_model(model));
['gpt-3.5-turbo-0613', 'mistral-7b', 'claude-2', null];

-- codeact_task_id: by number, of another split by that too, of MATH by its words
[
    codeact_task_id('APPS', 'train', '7', 'Sort.'), codeact_task_id('APPS', 'test', '7', 'Sort.'),
    codeact_task_id('algebra', 'train', '7', 'Add. ')
];
['APPS/7', 'APPS/test/7', 'algebra/' || md5('add.')];

-- codeact_tier: by turns, of a second round only what took several
[codeact_tier(false, 2), codeact_tier(false, 3), codeact_tier(true, 3), codeact_tier(true, 2)];
['easy', 'medium', 'hard', null];

-- side_of_file: by a word of the name
list_transform(
    ['data/train.jsonl', 'apps/test.jsonl', 'pristine-unseen-tables.tsv', 'contest.jsonl'],
    lambda name: side_of_file(name)
);
['train', 'test', 'test', 'train'];

-- drawn: the md5 of seed and key
drawn(42, 'a');
md5('42/a');

-- table_head: five rows at most
table_head(['a', 'b'], [['1', null], ['2', 'x' || chr(10) || 'y'], ['3', ''], ['4', ''], ['5', ''], ['6', '']]);
concat_ws(chr(10), 'a | b', '1 | ', '2 | x y', '3 | ', '4 | ', '5 | ');

-- program_tests: none without inputs, or where it is no JSON
list_transform(
    ['{"inputs": ["1"]}', '{"inputs": []}', '{}', '{', ''], lambda tests: program_tests(tests) ->> '$.inputs[0]'
);
['1', null, null, null, null];

-- level_number: with the word or without
list_transform(['Level 5', '3', 'Level ?', null], lambda level: level_number(level));
[5, 3, null, null];

-- shared_chat: roles have one name, what a search found is the user's, a word on the sharing is none of the chat
list_transform(
    shared_chat(
        [
            {'from': 'human', 'value': 'a\_b', 'role': null, 'content': null},
            {'from': 'bard', 'value': 'b', 'role': null, 'content': null},
            {'from': 'bing', 'value': 'c', 'role': null, 'content': null},
            {'from': 'human', 'value': 'This chat conversation is shared from me', 'role': null, 'content': null}
        ]
    ),
    lambda said: said.role || ' ' || said.content
);
['user a_b', 'assistant b', concat('user Bing Search Result:', chr(10), 'c')];

-- general_messages: a question and a response, the empty prompt left out
list_transform(
    general_messages(
        '', 'Q', 'R',
        cast(null as struct("from" varchar, "value" varchar, role varchar, content varchar)[]),
        cast(null as struct("from" varchar, "value" varchar, role varchar, content varchar)[]),
        cast(null as struct(input varchar, output varchar)[])
    ),
    lambda said: said.role || ' ' || said.content
);
['user Q', 'assistant R'];

-- general_messages: pairs of input and output
list_transform(
    general_messages(
        null, null, null,
        cast(null as struct("from" varchar, "value" varchar, role varchar, content varchar)[]),
        cast(null as struct("from" varchar, "value" varchar, role varchar, content varchar)[]),
        [{'input': 'Q', 'output': 'R'}]
    ),
    lambda said: said.role || ' ' || said.content
);
['user Q', 'assistant R'];

-- general_misfit: the first rule that holds
[
    general_misfit('openorca', 'flan.1', [{'role': 'user', 'content': ''}]),
    general_misfit('sharegpt', 'a', [{'role': 'user', 'content': ''}]),
    general_misfit('sharegpt_gpt4', 'a', [{'role': 'assistant', 'content': ''}, {'role': 'user', 'content': ''}]),
    general_misfit('capybara', 'a', [{'role': 'user', 'content': ''}])
];
['not_reasoning', 'few_turns', 'assistant_first', null];

-- what an action is for

-- published_action_type: a group ends where a word does, so a colon before a blank ends none
list_transform(
    ['Summary: all tests pass', 'Summary:done', 'cat setup.py', 'cat /etc/hosts', e'write\nthe file', ''],
    lambda said: published_action_type(said)
);
['tool_call', 'final_answer', 'file_read', 'tool_call', 'tool_call', 'tool_call'];

-- published_action_type: letters outside of ASCII are letters, other characters are not
list_transform(['chéck it', 'précheck it', '“check” it'], lambda said: published_action_type(said));
['tool_call', 'tool_call', 'verifier'];

-- published_call: as Python writes JSON within JSON
published_call('bash', '{"command": "echo é"}', 'a');
'{"function": {"arguments": "{\"command\": \"echo \u0000\"}", "name": "bash"}, "id": "a", "type": "function"}';

-- without_heredoc: what is behind the text stays
without_heredoc(e'cat > a.py <<''EOF''\ngrep x\nEOF\npython a.py');
e'cat > a.py < ''EOF''\npython a.py';

-- without_heredoc: text that does not end
without_heredoc(e'cat <<EOF > a\ngrep x');
'cat < EOF > a';

-- without_heredoc: nothing of that kind
[without_heredoc('grep x <<< "y"'), without_heredoc('ls')];
['grep x <<< "y"', 'ls'];

-- without_heredocs: all of them, while other commands stay as they are
[without_heredocs(e'cat > a <<A\nx\nA\ncat > b <<B\ny\nB\ncat > c <<C\nz\nC\nls'), without_heredocs('ls')];
[e'cat > a < A\ncat > b < B\ncat > c < C\nls', 'ls'];

-- command_head: files that are changed in place
list_transform(
    ['sed -E -e "" -i.bak a', 'sed -n "" -f find.sed a', 'perl -0pi -e "" a', 'sed "" a | tr -i x'],
    lambda piece: command_head(piece)
);
['sed -e -e -i', 'sed -n ""', 'perl -0pi -e -i', 'sed "" a'];

-- command_head: what is set before a program and what only runs it is passed over
list_transform(
    ['FOO=1 timeout 10 python /w/repro.py -v 2>/dev/null', 'echo a > b.txt', 'ls | tee b', 'sed -n 1p a 2>&1'],
    lambda piece: command_head(piece)
);
['python repro.py -v', 'echo a >', 'ls >', 'sed -n 1p'];

-- command_pieces: not within quotes, a line that goes on is one
list_sort(command_pieces(e'cd /w && grep "a; b" c \\\n  d\nls || true'));
['cd /w', 'grep "" c    d', 'ls', 'true'];

-- code_signals: what Python code does
[code_signals('open(p, "w").write("x")'), code_signals('assert f(1) == 2'), code_signals('pd.read_csv(p)'), code_signals('f()')];
[['open for writing', 'write', 'open', 'runs'], ['test', 'runs'], ['read', 'runs'], ['runs']];

-- word_signals: a refusal stands at the beginning
list_transform(
    ['I cannot help with that.', 'Those I cannot help.', 'Could you clarify that?', 'So the answer is 3.'],
    lambda said: word_signals(said)
);
[['refuses'], [], ['asks for more'], ['concludes']];

-- word_signals: ways to refuse and to ask
list_transform(
    [
        'Sorry, I can''t help with that.', 'Unfortunately, I am unable to access it.', 'I refuse.',
        'I''m afraid I can’t do that.', 'I''m sorry, but no.', 'I can do that.', 'Please provide the log.',
        'Done; please provide the log if it fails.'
    ],
    lambda said: word_signals(said)
);
[['refuses'], ['refuses'], ['refuses'], ['refuses'], ['refuses'], [], ['asks for more'], []];

-- thought_signals: what a call is meant for
list_transform(['Let me verify it.', 'I fix the bug, then look for more.', 'Hm.'], lambda said: thought_signals(said));
[['check'], ['mend', 'search'], []];

-- called_command: of code, and of a tool that is a shell
[
    called_command(null, null, 'bash', 'ls'),
    called_command('execute_bash', cast('{"command": "ls"}' as json), null, null),
    called_command('search', cast('{"command": "ls"}' as json), null, null)
];
['ls', 'ls', null];

-- called_code: of code, and of a tool that runs it
[
    called_code(null, null, 'python', 'f()'),
    called_code('execute_ipython_cell', cast('{"code": "f()"}' as json), null, null),
    called_code(null, null, 'bash', 'ls')
];
['f()', 'f()', null];

-- plain_function: words of all spellings are joined in one way
[
    plain_function('getFileContent', cast('{}' as json)), plain_function('sea-tide.at', cast('{}' as json)),
    plain_function('open', cast('{"path": "a.py"}' as json))
];
['get_file_content', 'sea_tide_at', 'open path'];

-- subcommand: a word, no line of a shell
[subcommand(cast('{"command": "view"}' as json)), subcommand(cast('{"command": "ls -l"}' as json))];
['view', null];

-- ProactiveAgent

-- event_moment: seconds since 1970
epoch(event_moment('1717378094.914'));
1717378094.914::double;

-- event_moment: a made-up day is none
event_moment('Day 1, 11:22 PM');
cast(null as timestamptz);

-- event_seconds: three clocks, and what is none
list_transform(
    ['1717377997.0', 'Day 2, 12:05 AM', 'Day 1, 9:05:03 PM', '6-3 14:05:00', '13-3 14:05:00', 'Time Freezed.', null],
    lambda told: event_seconds(told)
);
[1717377997.0, 86700.0, 75903.0, 13356300.0, null, null, null];

-- json_items: of a list, of something else, of null
[len(json_items(cast('["a", 1]' as json))), len(json_items(cast('"a"' as json))), len(json_items(cast('null' as json)))];
[2, 1, 0];

-- turn_event: an event, a bare observation, anything
list_transform(
    ['{"observation": {"event": "He types."}}', '{"observation": "He types."}', '"He types."', null],
    lambda turn: turn_event(cast(turn as json))
);
['He types.', 'He types.', 'He types.', ''];

-- turn_time: as it is given
turn_time(cast('{"observation": {"time": 1717377997.0}}' as json));
'1717377997.0';

-- told_members: nothing of nothing
told_members(cast('{"a": null}' as json));
cast(null as json);

-- event_piece: what the turn says beside the event is kept
event_piece(cast('{"observation": {"event": "He types.", "app": "mail"}, "a": 1, "b": 2}' as json), 3, ['b']).details;
cast('{"turn":3,"observation":{"app":"mail"},"extra":{"a":1}}' as json);

-- proposal_piece: no task says nothing
proposal_piece(null::json, null, 0, json_object('turn', 0, 'x', null))['content'];
'';

-- proposing_pieces: an event and its tasks
list_transform(
    proposing_pieces(
        cast('{"observation": {"event": "He types."}}' as json), 0, cast('["Help.", ""]' as json), []::varchar[]
    ),
    lambda piece: piece['form'] || ' ' || piece['content']
);
['event He types.', 'proposal Help.', 'proposal '];

-- answer_status: a proposal, silence, and the word null
list_transform(
    ['"Help."', '{"a": 1}', 'null', null, '" NULL "', '"None"', '""'], lambda answer: answer_status(cast(answer as json))
);
['proposed', 'proposed', 'none', 'none', 'null_text', 'null_text', 'null_text'];

-- answer_failure: the annotated turn, nothing, and two answers
list_transform(
    ['{"agent_response": {"candidate_task": []}}', '{}', '{"agent_response": []}', '{"agent_response": ["Help."]}'],
    lambda turn: answer_failure(cast(turn as json)) is not null
);
[true, true, false, false];

-- answered_pieces: an empty list is an answer, and its thoughts are kept
answered_pieces(
    cast('{"observation": {"event": "E"}, "agent_response": [], "other_infomation": {"Thoughts": "Hm."}}' as json), 0
)[2]['thought'];
'Hm.';

-- trace_task: the same event, written otherwise
trace_task('The user  opens mail.') = trace_task('the user opens mail. ');
true;

-- verdict_of: words and truth values
list_transform(
    ['true', '"False"', '"accepted"', '"Rejected"', '"maybe"', 'null'], lambda said: verdict_of(cast(said as json))
);
[true, false, true, false, null, null];

-- label_status: what annotators say, and an empty box
list_transform(
    ['[0]', '[]', '"Reject all"', '"need"', '"no need"', '[3]', '{}'], lambda label: label_status(cast(label as json), 3)
);
['selected', 'nothing_selected', 'reject_all', 'need', 'no_need', 'unreadable', 'unreadable'];

-- label_votes: one for each task
list_transform(['[0, 2]', '"Reject all"', '"need"'], lambda label: label_votes(cast(label as json), 3));
[[true, false, true], [false, false, false], null];

-- count_true: nulls do not count
[count_true([true, null, false, true]), count_true(null)];
[2, 0];

-- count_false: nulls do not count
[count_false([true, null, false]), count_false(null)];
[1, 0];

-- majority: two votes or more, and more than on the other side
list_transform(
    [[true, true, false], [false, false], [true], [true, false], [true, true, false, false], []],
    lambda votes: majority(votes)
);
[true, false, null, null, null, null];

-- reward_category: of a task, of silence, without a verdict
[
    reward_category(true, true), reward_category(true, false), reward_category(false, true),
    reward_category(false, false), reward_category(true, null)
];
['CD', 'FA', 'CR', 'MN', null];

-- share_as_published: nothing of nothing is 0
share_as_published(0, 0);
0.0;

-- share_of: nothing of nothing is null
[share_of(1, 4), share_of(0, 0)];
[0.25, null];

-- shown_tasks: where annotators see them, and where the bench has them
list_transform(
    ['{"candidate_task": ["a"]}', '{"agent_response": {"candidate_task": ["b"]}}'],
    lambda turn: cast(shown_tasks(cast(turn as json)) as varchar)
);
['["a"]', '["b"]'];

-- is_on_channel: one of several tags
[
    is_on_channel(cast('["events", "x"]' as json), 'events'), is_on_channel(cast('"events"' as json), 'events'),
    is_on_channel(cast('[]' as json), 'events')
];
[true, true, false];

-- gym_verdict: at the end of the words
[gym_verdict('Fine.' || chr(10) || 'Is Accepted: True'), gym_verdict('Is Accepted: False '), gym_verdict('Yes.')];
[true, false, null];

-- proactive_answer: an object or nothing
[proactive_answer('{"Response":null}'), proactive_answer('Hello.')];
[cast('{"Response":null}' as json), null];

-- proactive_task: both spellings
list_transform(
    ['{"Proactive Task": "a"}', '{"Proactive_Task": "b"}'], lambda answer: proactive_task(cast(answer as json)) ->> '$'
);
['a', 'b'];

-- proactive_reply: members in the order in which they are thought
proactive_reply('P', 'T', null::varchar, 'R');
'{"Purpose":"P","Thoughts":"T","Proactive Task":null,"Response":"R"}';

-- events_shown: a list under a heading
events_shown('Observations', [{'time': '1', 'event': 'He types "x".'}]);
'{"Observations": [{"time":"1","event":"He types \"x\"."}]}';

-- reward_question: without a task
json_extract_string(cast(reward_question([{'time': '1', 'event': 'E'}], null::varchar) as json), '$.*')[:2];
['[{"time":"1","event":"E"}]', null];

-- reward_answer: why, if that is known
[reward_answer('Because.', true), reward_answer(null, false)];
['{"thought": "Because.", "judgement": "accepted"}', '{"judgement": "rejected"}'];

-- what an agent does next

-- numbered_calls: by their message, so that ids tell nothing of where it came from
list_transform(
    numbered_calls(
        [{'step': 3, 'name': 'a', 'arguments': '{}'}, {'step': 4, 'name': 'b', 'arguments': '{}'}], 2
    ),
    lambda given: given.id || ' ' || given.name
);
['call_2 a', 'call_2_2 b'];

-- typed_message: the type on a line of its own
[typed_message('file_read', 'I look.', null), typed_message('verifier', '', null)];
[
    cast('{"role":"assistant","content":"Action: file_read\nI look."}' as json),
    cast('{"role":"assistant","content":"Action: verifier"}' as json)
];

-- behind_system: one message of both prompts, none without either
[len(behind_system('a', 'b', [json('{}')])), len(behind_system(null, null, [json('{}')]))];
[2, 1];

-- behind_system: our words first
behind_system('a', 'b', [json('{}')])[1] ->> '$.content';
e'a\n\nb';

-- with_words_behind: quotes and lines stay what they are
with_words_behind(to_json({'role': 'user', 'content': e'Say "a".\n'}), 'And "b"?') ->> '$.content';
e'Say "a".\n\n\nAnd "b"?';

-- asked: behind the last words, unless they are the agent's
[
    list_transform(asked([json('{"role":"user","content":"a"}')], true, 'b'), lambda said: said ->> '$.content'),
    list_transform(asked([json('{"role":"assistant","content":"a"}')], false, 'b'), lambda said: said ->> '$.content')
];
[[e'a\n\nb'], ['a', 'b']];
