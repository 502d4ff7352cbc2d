-- seeds.message_parts
-- grain     one row per fixed text that an agent's messages hold
-- key       target, part
-- upstream  none
--
-- Our own words around what a trajectory says, for agents whose messages are made anew at every turn.
create or replace view seeds.message_parts as
select *
from (
    values
        (
            'agentlab', 'action_space',
'An action is one call of one of these functions, written as Python. A bid is the id of an element: the tree shows it in
brackets.'
        ),
        (
            'agentlab', 'examples',
'Three answers, to show the form:

{"thought": "The form is filled in, so I press its Send button, which has the bid 31.", "action": "click(bid=\"31\")"}

{"thought": "The table starts further down.", "action": "scroll(delta_x=0, delta_y=500)"}

{"thought": "The page names the price: I can answer.", "action": "send_msg_to_user(text=\"It costs 12 euros.\")"}'
        ),
        (
            'agentlab', 'next_action',
'Look at the page and at what your past actions led to, think about what brings you nearer to the goal, and choose one
action. Answer with one JSON object: "thought" is what you think, "action" the call. When the goal is reached, or cannot
be, tell the user with send_msg_to_user, briefly.'
        ),
        (
            'proposer', 'question',
'[Next Action Prediction] Choose one: tool_call, retrieval, file_read, file_write, repair, verifier, '
|| 'ask_clarification, final_answer, BLOCKED'
        )
) as t (target, part, text)
;
