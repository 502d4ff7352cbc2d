-- seeds.action_rules
-- grain     one row per rule that tells what an action is for
-- key       rule_id
-- upstream  none
--
-- Of the rules whose pattern an action matches the one with the lowest `priority` holds; see standard.action_types.
-- What a call is for is read off the call; words decide only where no call does. `looks_at` is one of
--     verdict      what the call itself says of the task: given up
--     subcommand   the `command` of a tool that has several, such as an editor's `view`
--     function     the tool's name, its words joined by `_`, in small letters; behind it ` path` where it names a file,
--                  ` line` a line, ` element` a part of a page
--     program      of each command of a shell its first words without folders, ` >` behind it where it writes a file,
--                  ` -i` where it changes files in place
--     code         what Python code does: one of the pieces that action_signals looks for
--     words        a phrase in what the agent says, likewise
--     place        where words stand: last, before the user, beside a call
--     thought      a phrase in the thought beside a call that nothing else tells apart
-- `confidence` is how far such a sign can be trusted: 1 where the call says it, less for words.
create or replace view seeds.action_rules as
select *
from (
    values
        (10, 'gives_up', 'verdict', '^given up$', 'BLOCKED', 1.0::double),
        (11, 'reports_infeasible', 'function', '^(report_infeasible|refuse|abort|give_up)$', 'BLOCKED', 1.0),
        (12, 'hands_in', 'function',
            '^(finish|submit|final_answer|send_final_answer|complete|complete_task|task_complete|attempt_completion'
            || '|done|terminate|stop|end)( path)?$',
            'final_answer', 1.0),
        (13, 'hands_in_by_shell', 'program',
            '^(submit|echo complete_task_and_submit_final_output)\b', 'final_answer', 1.0),
        (14, 'asks_by_tool', 'function',
            '(^|_)(ask|clarify|clarification)(_|$)|^request_(user_)?input$', 'ask_clarification', 1.0),
        (20, 'undoes_edit', 'subcommand', '^undo(_edit)?$', 'repair', 1.0),
        (21, 'edits_by_subcommand', 'subcommand',
            '^(create|str_replace|insert|edit|write|append|delete|rename|replace|overwrite)$', 'file_write', 1.0),
        (22, 'views_by_subcommand', 'subcommand', '^(view|read|open|show)$', 'file_read', 1.0),
        (30, 'runs_tests', 'program',
            '^(pytest|py\.test|tox|nox|nosetests|unittest|ctest|jest|mocha|vitest|phpunit|rspec|test [^ ]+\.py)\b'
            || '|^python[0-9.]* (-m (pytest|unittest|nose|doctest|tox)|manage\.py (test|check)|setup\.py test)\b'
            || '|^(poetry|uv|pipenv|hatch|pdm|npx|bundle) (run|exec)? ?(pytest|tox|jest|mocha|vitest|rspec)\b'
            || '|^(make|npm|yarn|pnpm|cargo|go|mvn|gradle|gradlew|dotnet|rake|mix|sbt|bazel|swift|manage\.py)'
            || ' (run )?(test|tests|check|verify)\b',
            'verifier', 1.0),
        (31, 'checks_code', 'program',
            '^(mypy|ruff|flake8|pylint|pyflakes|eslint|tsc|shellcheck|diff|cmp|md5sum|sha256sum)\b|^git diff\b'
            || '|^python[0-9.]* -m (mypy|flake8|pylint|pyflakes|py_compile|compileall)\b'
            || '|^(npm|yarn|pnpm|cargo|go) (run )?(lint|vet|clippy)\b|^black --check\b',
            'verifier', 1.0),
        (32, 'runs_test_script', 'program',
            '^(python[0-9.]*|node|ruby|bash|sh|perl|php) ?[^ ]*(test|check|verif|valid|repro)[^ ]*\.\w+',
            'verifier', 0.9),
        (40, 'takes_back_changes', 'program', '^git (restore|checkout|reset|revert|stash|clean)\b', 'repair', 0.9),
        (41, 'writes_output', 'program', ' >$', 'file_write', 1.0),
        (42, 'changes_files', 'program',
            '^(tee|touch|mkdir|mv|cp|rm|rmdir|ln|chmod|chown|patch|apply_patch|truncate|rsync|unzip|tar|dd|ed)\b'
            || '|^(sed|perl)\b.* -i$'
            || '|^git (apply|am|add|commit|merge|rm|mv|cherry-pick|push)\b',
            'file_write', 1.0),
        (50, 'searches_by_shell', 'program',
            '^(grep|egrep|fgrep|zgrep|rg|ag|ack|find|fd|locate|which|whereis|ls|tree|dir|du|stat|curl|wget|man)\b'
            || '|^git (log|grep|blame|show|ls-files|branch|status)\b|^pip[0-9.]* (show|list|search|freeze|index)\b',
            'retrieval', 1.0),
        (51, 'reads_by_shell', 'program',
            '^(cat|head|tail|less|more|bat|nl|tac|sed|awk|cut|sort|wc|hexdump|xxd|od|strings|jq|file)\b',
            'file_read', 1.0),
        (60, 'repairs_by_tool', 'function',
            '(^|_)(fix|repair|undo|revert|rollback|restore|debug)(_| |$)', 'repair', 0.9),
        (61, 'tests_by_tool', 'function', '(^|_)(tests?|verify|validate|assert|lint)(_| |$)', 'verifier', 0.9),
        (62, 'writes_by_tool', 'function',
            '(^|_)(write|save|create|edit|append|insert|delete|remove|move|copy|rename|update|replace|modify|upload)'
            || '_([a-z0-9]+_)*(file|files|folder|directory|document|code|lines?)(_| path|$)'
            || '|^(edit|multi_edit|create|write|insert|append|apply_patch|str_replace)( path| line)?$',
            'file_write', 0.9),
        (63, 'reads_by_tool', 'function',
            '(^|_)(read|view|open|cat|get|load|show|display)_([a-z0-9]+_)*(file|files|document|content|contents|code'
            || '|lines?)(_| |$)|^(open|read|view|cat) path$|^(goto_line|scroll_up|scroll_down)$|^goto line$',
            'file_read', 0.9),
        (64, 'searches_by_tool', 'function',
            '(^|_)(search|find|lookup|look_up|query|retrieve|fetch|google|bing|wikipedia|browse|grep|glob'
            || '|crawl|scrape|web_read)(_| |$)'
            || '|^list_|(^|_)(list_(files|folders|directory|directories)|directory_tree)(_| |$)'
            || '|^get_(neighbors|relations|attributes)$',
            'retrieval', 0.9),
        (70, 'code_writes', 'code', '^(open for writing|write)$', 'file_write', 0.8),
        (71, 'code_tests', 'code', '^test$', 'verifier', 0.8),
        (72, 'code_reads', 'code', '^(open|read)$', 'file_read', 0.8),
        (73, 'code_fetches', 'code', '^fetch$', 'retrieval', 0.8),
        (80, 'refuses', 'words', '^refuses$', 'BLOCKED', 0.8),
        (81, 'asks_for_more', 'words', '^asks for more$', 'ask_clarification', 0.8),
        (82, 'concludes', 'words', '^concludes$', 'final_answer', 0.8),
        (83, 'asks_the_user', 'place', '^before the user, a question$', 'ask_clarification', 0.7),
        (84, 'last_words', 'place', '^last\b', 'final_answer', 0.9),
        (85, 'answers_the_user', 'place', '^before the user\b', 'final_answer', 0.6),
        (90, 'means_to_check', 'thought', '^check$', 'verifier', 0.4),
        (91, 'means_to_mend', 'thought', '^mend$', 'repair', 0.4),
        (92, 'means_to_search', 'thought', '^search$', 'retrieval', 0.4),
        (98, 'other_call', 'function', '', 'tool_call', 0.5),
        (98, 'other_command', 'program', '', 'tool_call', 0.5),
        (98, 'other_code', 'code', '', 'tool_call', 0.5),
        (99, 'other_words', 'place', '', 'tool_call', 0.2)
) as rules (priority, rule_id, looks_at, pattern, action_type, confidence)
;
