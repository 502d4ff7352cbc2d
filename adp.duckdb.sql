-- The whole warehouse from what is landed, without Python:  duckdb -bail adp.db < adp.duckdb.sql
--
-- Run it where data/ and sql/ are. The list follows from the models (`python -m adp.models --write`); a test
-- holds it against them. The rows are the same as those of `adp build`. A new file takes a third of the room
-- with `-storage-version v1.5.0` in front of -bail: older forms cannot compress long texts.
.bail on

.read sql/schemas.sql
-- What `adp build` believed to be up to date is made anew here.
drop schema if exists runner cascade;
create schema runner;
.read data/raw.sql
.read sql/macros.sql

.read sql/seeds/action_rules.sql
.read sql/seeds/agent_tools.sql
.read sql/seeds/api_doc_prefixes.sql
.read sql/seeds/call_quotes.sql
.read sql/seeds/chat_shapes.sql
.read sql/seeds/closing_texts.sql
.read sql/seeds/codeact_tasks.sql
.read sql/seeds/datasets.sql
.read sql/seeds/exclusion_reasons.sql
.read sql/seeds/kept_views.sql
.read sql/seeds/message_parts.sql
.read sql/seeds/model_prices.sql
.read sql/seeds/neutral_tools.sql
.read sql/seeds/prompt_limit.sql
.read sql/seeds/system_prompts.sql
.read sql/seeds/targets.sql
.read sql/seeds/task_draws.sql
.read sql/seeds/tools.sql
.read sql/staging/agenttuning_alfworld.sql
.read sql/staging/agenttuning_db.sql
.read sql/staging/agenttuning_kg.sql
.read sql/staging/agenttuning_mind2web.sql
.read sql/staging/agenttuning_os.sql
.read sql/staging/agenttuning_webshop.sql
.read sql/staging/android_in_the_wild.sql
.read sql/staging/androidcontrol.sql
.read sql/staging/exchanged.sql
.read sql/staging/code_feedback.sql
.read sql/staging/codeact.sql
.read sql/staging/eto.sql
.read sql/staging/general_chat.sql
.read sql/staging/go_browse_wa.sql
.read sql/staging/llava_plus.sql
.read sql/staging/mind2web.sql
.read sql/staging/mini_coder.sql
.read sql/staging/nebius_swe_agent_trajectories.sql
.read sql/staging/nnetnav.sql
.read sql/staging/omniact.sql
.read sql/staging/openhands.sql
.read sql/staging/orca_agentinstruct.sql
.read sql/staging/proactive_annotations.sql
.read sql/staging/proactive_bench.sql
.read sql/staging/proactive_gym.sql
.read sql/staging/proactive_judgements.sql
.read sql/staging/proactive_reward.sql
.read sql/staging/proactive_scenes.sql
.read sql/staging/proactive_traces.sql
.read sql/staging/screenagent.sql
.read sql/staging/swe_gym_openhands_sampled_trajectories.sql
.read sql/staging/swe_play_trajectories.sql
.read sql/staging/swe_smith.sql
.read sql/staging/synatra.sql
.read sql/staging/tasks_apps.sql
.read sql/staging/tasks_hotpotqa.sql
.read sql/staging/tasks_math.sql
.read sql/staging/tasks_wikitablequestions.sql
.read sql/staging/toolbench.sql
.read sql/staging/toucan_1_5m.sql
.read sql/staging/turkingbench.sql
.read sql/staging/webarena_successful.sql
.read sql/staging/weblinx.sql
.read sql/staging/wonderbread.sql
.read sql/staging/adp_std.sql
.read sql/staging/atif.sql
.read sql/staging/openai.sql
.read sql/staging/codeact_runs.sql
.read sql/staging/codeactinstruct.sql
.read sql/staging/nnetnav_live.sql
.read sql/staging/nnetnav_wa.sql
.read sql/standard/record_tokens.sql
.read sql/standard/rejections.sql
.read sql/standard/token_counts.sql
.read sql/standard/dataset_toolsets.sql
.read sql/standard/annotations.sql
.read sql/standard/scenes.sql
.read sql/standard/tasks.sql
.read sql/standard/page_steps.sql
.read sql/standard/datasets.sql
.read sql/standard/stacked_trajectories.sql
.read sql/standard/axtrees.sql
.read sql/standard/codeact_runs.sql
.read sql/standard/prompts.sql
.read sql/standard/toolsets.sql
.read sql/standard/trajectory_toolsets.sql
.read sql/standard/steps.sql
.read sql/standard/hard_tasks.sql
.read sql/standard/tools.sql
.read sql/standard/actions.sql
.read sql/standard/images.sql
.read sql/standard/observations.sql
.read sql/standard/ruled_actions.sql
.read sql/standard/texts.sql
.read sql/standard/trajectories.sql
.read sql/standard/codeact_counts.sql
.read sql/standard/action_types.sql
.read sql/standard/predictions.sql
.read sql/standard/reward_rows.sql
.read sql/standard/judgements.sql
.read sql/standard/judged_predictions.sql

-- The files of sft end with a query that shows what they made. Nobody looks here, and to render everything
-- takes time and memory: so they find an empty warehouse, which is put back before anybody else sees it.
begin;
create table runner.annotations as from standard.annotations with no data;
create or replace view standard.annotations as from runner.annotations;
create table runner.scenes as from standard.scenes with no data;
create or replace view standard.scenes as from runner.scenes;
create table runner.tasks as from standard.tasks with no data;
create or replace view standard.tasks as from runner.tasks;
create table runner.page_steps as from standard.page_steps with no data;
create or replace view standard.page_steps as from runner.page_steps;
create table runner.stacked_trajectories as from standard.stacked_trajectories with no data;
create or replace view standard.stacked_trajectories as from runner.stacked_trajectories;
create table runner.steps as from standard.steps with no data;
create or replace view standard.steps as from runner.steps;
create table runner.judgements as from standard.judgements with no data;
create or replace view standard.judgements as from runner.judgements;
.mode trash
.read sql/sft/agent_tools.sql
.read sql/sft/system_prompts.sql
.read sql/sft/tool_names.sql
.read sql/sft/codeact_misfits.sql
.read sql/sft/endings.sql
.read sql/sft/step_traits.sql
.read sql/sft/tool_docs.sql
.read sql/sft/command_misfits.sql
.read sql/sft/exchanges.sql
.read sql/sft/call_misfits.sql
.read sql/sft/shared_thoughts.sql
.read sql/sft/bench_events.sql
.read sql/sft/atif.sql
.read sql/sft/foreseeable.sql
.read sql/sft/spoken_steps.sql
.read sql/sft/std.sql
.read sql/sft/proactive_misfits.sql
.read sql/sft/decision_misfits.sql
.read sql/sft/decisions.sql
.read sql/sft/spoken_exchanges.sql
.read sql/sft/explanations.sql
.read sql/sft/unfit.sql
.read sql/sft/alternatives.sql
.read sql/sft/decision_prompts.sql
.read sql/sft/placements.sql
.read sql/sft/exclusions.sql
.read sql/sft/frames.sql
.read sql/sft/proactive_agent.sql
.read sql/sft/reward.sql
.read sql/sft/framed.sql
.read sql/sft/chat_tools.sql
.read sql/sft/framing.sql
.read sql/sft/chat_toolsets.sql
.read sql/sft/agentlab.sql
.read sql/sft/codeact.sql
.read sql/sft/mini_swe_agent.sql
.read sql/sft/openhands.sql
.read sql/sft/proposer.sql
.read sql/sft/proposer_brief.sql
.read sql/sft/speculative_eval.sql
.read sql/sft/sweagent.sql
.read sql/sft/verifier.sql
.read sql/sft/verifier_preference.sql
.read sql/sft/openhands_tools.sql
.read sql/standard/annotations.sql
.read sql/standard/scenes.sql
.read sql/standard/tasks.sql
.read sql/standard/page_steps.sql
.read sql/standard/stacked_trajectories.sql
.read sql/standard/steps.sql
.read sql/standard/judgements.sql
.read sql/sft/tool_names.sql
.read sql/sft/endings.sql
.read sql/sft/step_traits.sql
.read sql/sft/tool_docs.sql
.read sql/sft/command_misfits.sql
.read sql/sft/exchanges.sql
.read sql/sft/call_misfits.sql
.read sql/sft/shared_thoughts.sql
.read sql/sft/bench_events.sql
.read sql/sft/proactive_misfits.sql
.read sql/sft/decision_misfits.sql
.read sql/sft/explanations.sql
.read sql/sft/unfit.sql
.read sql/sft/frames.sql
.read sql/sft/chat_tools.sql
.read sql/sft/chat_toolsets.sql
drop table runner.annotations;
drop table runner.scenes;
drop table runner.tasks;
drop table runner.page_steps;
drop table runner.stacked_trajectories;
drop table runner.steps;
drop table runner.judgements;
commit;
