"""The columns of `standard.*`: what each one means, and its DuckDB type.

A field's description is the documentation of the column; its DuckDB type stands in the field's metadata. A test holds
both against `describe standard.<relation>`, so the SQL and this page cannot drift apart.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field


class Sql:
    """The DuckDB type of a column, as `describe` prints it."""

    def __init__(self, name: str) -> None:
        self.name = name


class ActionClass(StrEnum):
    """What an agent can do."""

    MESSAGE = "message_action"
    CODE = "code_action"
    API = "api_action"


class ObservationClass(StrEnum):
    """What an agent can receive."""

    TEXT = "text_observation"
    WEB = "web_observation"
    IMAGE = "image_observation"


class Source(StrEnum):
    """Who speaks."""

    USER = "user"
    AGENT = "agent"
    ENVIRONMENT = "environment"
    SYSTEM = "system"


Text = Annotated[str, Sql("VARCHAR")]
Json = Annotated[str, Sql("JSON")]
Number = Annotated[float, Sql("DOUBLE")]
Flag = Annotated[bool, Sql("BOOLEAN")]
Index = Annotated[int, Sql("INTEGER")]
Long = Annotated[int, Sql("BIGINT")]
Time = Annotated[datetime, Sql("TIMESTAMP WITH TIME ZONE")]


class Relation(BaseModel):
    """A relation of the standard layer; one instance is one row."""

    model_config = ConfigDict(extra="forbid")


class Image(BaseModel):
    """One image that an observation refers to; its bytes lie in data/images, where the dump had them."""

    sha256: str | None = Field(default=None, description="sha256 of the bytes; null where the dump has none")
    path: str = Field(description="relative path of the file, as the source gives it")
    media_type: str | None = Field(default=None, description="such as image/png")
    width: int | None = Field(default=None, description="pixels")
    height: int | None = Field(default=None, description="pixels")


IMAGES_SQL = "STRUCT(sha256 VARCHAR, path VARCHAR, media_type VARCHAR, width INTEGER, height INTEGER)[]"


class Step(Relation):
    """One action or one observation. Key: trajectory_id, step_index."""

    trajectory_id: Text = Field(description="trajectory that the step belongs to")
    step_index: Index = Field(description="position within the trajectory, dense from 0")
    dataset: Text = Field(description="upstream corpus, by its ADP name")
    landing_index: Long = Field(description="landing number of the trajectory within its dataset; exports go by it")
    turn_index: Index | None = Field(
        description="model call that the action came from, dense from 0; null for observations"
    )
    class_: Text = Field(alias="class", description="one of the three action or three observation classes")
    kind: Text = Field(description="action or observation")
    source: Text = Field(description="user, agent, environment or system")
    content: Text | None = Field(description="message text, code, or observed text")
    function: Text | None = Field(description="name of the called function (api_action)")
    arguments: Json | None = Field(description="JSON object of argument values, keys unique, in the source's order")
    language: Text | None = Field(description="programming language of a code_action, lower case")
    thought: Text | None = Field(description="visible text that came with the action; on a turn's first action only")
    reasoning: Text | None = Field(description="hidden chain of thought; on a turn's first action only")
    tool_call_id: Text | None = Field(
        description="of an action its id, of an observation the id of the action that it answers"
    )
    name: Text | None = Field(description="name of the speaker or tool, where the source gives one")
    url: Text | None = Field(description="address of the observed page")
    html: Text | None = Field(description="HTML of the observed page")
    axtree: Text | None = Field(description="accessibility tree of the observed page, flattened to text")
    images: Annotated[list[Image], Sql(IMAGES_SQL)] | None = Field(description="images that the observation shows")
    annotations: Json | None = Field(description="boxes or labels on the images, as the source gives them")
    viewport: Json | None = Field(description="width and height of the page's viewport in pixels")
    reward: Number | None = Field(description="reward of this step, as given")
    trainable: Flag = Field(
        description="false for steps that must not be learnt from: in a conversation they are context, on the human's "
        "side"
    )
    model: Text | None = Field(description="model that made the action, where it differs within a trajectory")
    recorded_at: Time | None = Field(description="when the step happened")
    details: Json | None = Field(description="what else the source says of the step")


def _of_step(name: str) -> Any:
    """The field of a step that an action or an observation has unchanged."""
    return Step.model_fields[name]


class Action(Relation):
    """One thing that the agent did. Key: trajectory_id, step_index."""

    trajectory_id: Text = _of_step("trajectory_id")
    step_index: Index = _of_step("step_index")
    dataset: Text = _of_step("dataset")
    landing_index: Long = _of_step("landing_index")
    turn_index: Index = Field(description="model call that the action came from, dense from 0")
    class_: Text = Field(alias="class", description="message_action, code_action or api_action")
    content: Text | None = Field(description="message text or code")
    function: Text | None = _of_step("function")
    arguments: Json | None = _of_step("arguments")
    language: Text | None = _of_step("language")
    thought: Text | None = _of_step("thought")
    reasoning: Text | None = _of_step("reasoning")
    tool_call_id: Text | None = Field(description="id of the call, unique within the trajectory")
    reward: Number | None = _of_step("reward")
    trainable: Flag = _of_step("trainable")
    model: Text | None = _of_step("model")
    recorded_at: Time | None = _of_step("recorded_at")
    details: Json | None = _of_step("details")


class RuledAction(Relation):
    """What an action is for, by our rules. Key: trajectory_id, step_index."""

    trajectory_id: Text = _of_step("trajectory_id")
    step_index: Index = _of_step("step_index")
    dataset: Text = _of_step("dataset")
    landing_index: Long = _of_step("landing_index")
    turn_index: Index = Field(description="model call that the action came from, dense from 0")
    action_type: Text = Field(
        description="tool_call, retrieval, file_read, file_write, repair, verifier, ask_clarification, final_answer or "
        "BLOCKED"
    )
    rule_id: Text = Field(description="rule of seeds.action_rules that held")
    confidence: Number = Field(description="how far the rule can be trusted, up to 1")


class TypedAction(RuledAction):
    """What an action is for, by our rules and by the published ones. Key: trajectory_id, step_index."""

    original_action_type: Text = Field(
        description="what the published rules of the Speculative Tool Actions give for the message"
    )


class Observation(Relation):
    """One thing that the agent received. Key: trajectory_id, step_index."""

    trajectory_id: Text = _of_step("trajectory_id")
    step_index: Index = _of_step("step_index")
    dataset: Text = _of_step("dataset")
    landing_index: Long = _of_step("landing_index")
    class_: Text = Field(alias="class", description="text_observation, web_observation or image_observation")
    source: Text = Field(description="user, environment or system")
    content: Text | None = Field(description="observed text")
    tool_call_id: Text | None = Field(description="id of the earlier action that this answers")
    name: Text | None = _of_step("name")
    url: Text | None = _of_step("url")
    html: Text | None = _of_step("html")
    axtree: Text | None = _of_step("axtree")
    images: Annotated[list[Image], Sql(IMAGES_SQL)] | None = _of_step("images")
    annotations: Json | None = _of_step("annotations")
    viewport: Json | None = _of_step("viewport")
    reward: Number | None = _of_step("reward")
    trainable: Flag = _of_step("trainable")
    recorded_at: Time | None = _of_step("recorded_at")
    details: Json | None = _of_step("details")


class Trajectory(Relation):
    """One episode: the ordered steps toward one task. Key: trajectory_id."""

    trajectory_id: Text = Field(description="<dataset>/<source id>, with #2, #3 ... for an id that comes again")
    dataset: Text = Field(description="upstream corpus, by its ADP name")
    landing_index: Long = Field(description="record number of the trajectory's first landed row within its dataset")
    source_id: Text = Field(description="id in the source, as text")
    source_file: Text = Field(description="file of the dump that the trajectory came from")
    source_rows: Annotated[list[int], Sql("BIGINT[]")] = Field(
        description="physical lines, array indices or Parquet rows of source_file that it was made of, from 1"
    )
    task_id: Text | None = Field(
        description="what the trajectory tries to solve, comparable across datasets; null without a user's text"
    )
    group_id: Text | None = Field(description="names several samples of one task taken by design")
    outcome: Flag | None = Field(description="the source's own explicit verdict")
    reward: Number | None = Field(description="the source's own score, as given")
    exclusion: Text | None = Field(description="code of why it is left out of training; null = it is in")
    exclusion_detail: Text | None = Field(description="free text beside the code")
    model: Text | None = Field(description="model that acted")
    agent: Text | None = Field(description="agent scaffold that it acted in")
    agent_version: Text | None = Field(description="version of the scaffold")
    licence: Text | None = Field(description="licence of the dataset, from its card; null = unknown")
    source_url: Text | None = Field(description="where the dataset is published")
    toolset_id: Text | None = Field(description="set of tools that the agent had; see standard.toolsets")
    prompt_id: Text | None = Field(description="system prompt in the source; see standard.prompts")
    parent_trajectory_id: Text | None = Field(description="trajectory that this one was forked or delegated from")
    parent_step_index: Index | None = Field(description="step of the parent that it began at")
    started_at: Time | None = Field(description="when the episode began")
    details: Json | None = Field(description="what else the source says, numbers as numbers")
    step_count: Long = Field(description="steps")
    turn_count: Long = Field(description="model calls")
    action_count: Long = Field(description="actions")
    observation_count: Long = Field(description="observations")


class Toolset(Relation):
    """A set of tools that some trajectories had. Key: toolset_id."""

    toolset_id: Text = Field(description="md5 of the canonical JSON")
    tools: Json = Field(description="list of OpenAI-style tool schemas, sorted by name")
    tool_count: Long = Field(description="tools in the set")


class Tool(Relation):
    """One callable of a toolset. Key: toolset_id, name."""

    toolset_id: Text = Field(description="set that the tool belongs to")
    name: Text = Field(description="name that the agent calls it by")
    description: Text | None = Field(description="what it does")
    parameters: Json = Field(description="JSON schema of its arguments")


class Prompt(Relation):
    """A system prompt found in a source, kept once. Key: prompt_id."""

    prompt_id: Text = Field(description="md5 of the text")
    text: Text = Field(description="the prompt")


class LandedImage(Relation):
    """An image whose bytes have been landed, kept once. Key: sha256."""

    sha256: Text = Field(description="sha256 of the bytes")
    file: Text = Field(description="where they lie, below the folder of landed data")
    media_type: Text | None = Field(description="such as image/png; null where the header cannot be read")
    width: Index | None = Field(description="pixels")
    height: Index | None = Field(description="pixels")
    step_count: Long = Field(description="steps that show it")
    trajectory_count: Long = Field(description="trajectories that show it")


class Rejection(Relation):
    """A source record that could not be read. Key: dataset, source_file, source_row."""

    dataset: Text = Field(description="corpus that was being landed")
    source_file: Text = Field(description="file of the dump")
    source_row: Long = Field(description="physical line, array index or Parquet row, from 1")
    reason: Text = Field(description="what is wrong, naming the field")
    raw_text: Text | None = Field(description="the record as it stands in the file")


class TokenCount(Relation):
    """How many tokens a text is. Key: content_hash, tokenizer."""

    content_hash: Text = Field(description="md5 of the text")
    tokenizer: Text = Field(description="name of the vocabulary")
    tokens: Long = Field(description="tokens of the text alone, no template")


class RecordTokens(Relation):
    """How many tokens a record of a training set is. Key: target, tokenizer, id."""

    target: Text = Field(description="training set")
    dataset: Text = Field(description="upstream corpus, by its ADP name")
    tokenizer: Text = Field(description="name of the vocabulary")
    id: Text = Field(description="id of the record")
    trajectory_id: Text = Field(description="trajectory that it is made of")
    tokens: Long = Field(description="tokens of the whole record in ChatML, marks included")


class Dataset(Relation):
    """One dataset of the catalogue, or one corpus that is landed. Key: dataset."""

    dataset: Text = Field(description="ADP's name")
    identifier: Text = Field(description="the name as an SQL identifier and file stem")
    source: Text = Field(description="repository or address where it is published")
    config: Text | None = Field(description="configuration within the source")
    split: Text | None = Field(description="split within the source")
    licence: Text | None = Field(description="SPDX-like identifier from the source's card; null = unknown")
    is_web: Flag = Field(description="whether its trajectories act in a browser")
    code_tool: Text | None = Field(
        description="OpenHands tool in which the dataset's own functions are called: execute_bash, "
        "execute_ipython_cell or browser"
    )
    task_family: Text | None = Field(description="family of its task ids; null where they are hashes")
    agents: Annotated[list[str], Sql("VARCHAR[]")] = Field(description="targets that its trajectories suit")
    is_test_data: Flag = Field(description="a benchmark's own tasks: in no training export unless asked for")
    note: Text | None = Field(description="one line for the catalogue")
    paper: Text | None = Field(description="address of the paper that describes it")
    trajectories_reported: Long | None = Field(description="how many trajectories all of it has, as reported")
    steps_reported: Number | None = Field(description="their average number of steps, as reported")
    caveats: Text | None = Field(description="what to know before training on it")
    format: Text | None = Field(description="form in which it was taken in as a corpus: adp-std, atif or openai")


class Task(Relation):
    """Something to be solved, before anybody tried. Key: task_id."""

    task_id: Text = Field(description="as trajectories name it: <task_name>/<number>, of MATH a hash of the words")
    source: Text = Field(description="dataset that it comes from")
    landing_index: Long = Field(description="landing number within that dataset")
    source_id: Text = Field(description="id in the source, as text")
    source_file: Text = Field(description="file of the dump")
    source_row: Long = Field(description="physical line, array index or Parquet row, from 1")
    task_type: Text = Field(description="kind of task: reasoning, code_generation, tabular")
    task_name: Text = Field(description="set of tasks, such as APPS or algebra")
    task_number: Text | None = Field(description="number by which runs name it; null where that depends on a machine")
    prompt: Text | None = Field(description="what the agent is asked")
    reference: Text | None = Field(description="what an answer is held against: an answer, or tests as JSON")
    extra: Json | None = Field(description="what else the source says; question_format where the prompt has several")
    source_split: Text = Field(description="train or test, as the source has it")
    split: Text = Field(description="train, test or eval: the side on which all trajectories of the task are")
    exclusion: Text | None = Field(description="code of why it is not among the tasks that are run; null = it is")
    sample_rank: Long | None = Field(
        description="place among the tasks that are fit, the heaviest or first drawn first"
    )


class CodeactRun(Relation):
    """One run of a CodeAct agent. Key: trajectory_id."""

    trajectory_id: Text = Field(description="the run's trajectory")
    landing_index: Long = Field(description="landing number")
    source_id: Text = Field(description="what is run only once: kind of task, task, number, model, setting")
    task_id: Text | None = Field(description="the task, as standard.tasks has it")
    task_type: Text | None = Field(description="kind of task")
    task_name: Text | None = Field(description="set of tasks")
    source_split: Text = Field(description="split of the set of tasks")
    task_number: Text | None = Field(description="number of the task in the run")
    task: Json | None = Field(description="prompt, reference and what else the run says of the task")
    model: Text | None = Field(description="model, by one name whatever its room or packing")
    agent_model_name: Text | None = Field(description="model as the folder names it")
    feedback_model_name: Text | None = Field(description="model that gave feedback, if one did")
    feedback_setting: Text | None = Field(description="what that model was shown and how it answered")
    exp_setting: Text | None = Field(description="limits and tools of the experiment")
    experiment_id: Text = Field(description="md5 of model, settings and set of tasks")
    tasks_run: Long = Field(description="tasks that the experiment has run on")
    tasks_known: Long | None = Field(description="tasks that there are to run on")
    is_complete: Flag | None = Field(description="whether the experiment has run on all of them")
    is_second_round: Flag = Field(description="whether it is GPT-4 on what the others did not solve")
    is_solved: Flag | None = Field(description="whether the session accepted a solution")
    is_duplicate: Flag = Field(description="whether the same was run before")
    has_failed: Flag = Field(description="whether an error around the agent broke it off")
    terminate_reason: Text | None = Field(description="why it ended")
    error: Text | None = Field(description="the error that broke it off")
    turns: Long = Field(description="answers of the agent")
    tool_uses: Long | None = Field(description="turns with code")
    solutions: Long | None = Field(description="turns with a solution")
    invalid_turns: Long | None = Field(description="turns that the session did not understand")
    prompt_tokens: Long | None = Field(description="tokens sent, as counted by the run")
    completion_tokens: Long | None = Field(description="tokens received")
    pairs: Text = Field(description="turns before the last: S solution, E error, C clean code, - neither")
    clean_turns: Long = Field(description="turns of it in which code ran")
    turns_with_errors: Long = Field(description="turns of it in which code met an error")
    mends_error: Flag = Field(description="whether code ran after code that met an error")
    tier: Text | None = Field(description="easy, medium or hard, of what was solved")
    is_of_trained_set: Flag = Field(description="whether runs of the set of tasks are trained on")
    is_sound: Flag | None = Field(
        description="whether both sides speak in turn and some turn before the last was valid"
    )
    is_fit: Flag | None = Field(description="whether code ran cleanly before the last turn")
    is_fit_as_published: Flag | None = Field(description="the same by the published rule")


class HardTask(Relation):
    """A task that no agent of the first round solved. Key: task_id."""

    task_id: Text = Field(description="the task, as standard.tasks has it")
    task_type: Text | None = Field(description="kind of task")
    task_name: Text | None = Field(description="set of tasks")
    task_number: Text | None = Field(description="number of the task in the runs")
    prompt: Text | None = Field(description="what the agents were asked")
    reference: Json | None = Field(description="what their answers were held against")
    task: Json | None = Field(description="the task as the first run has it")
    run_count: Long = Field(description="runs on it")
    models: Annotated[list[str], Sql("VARCHAR[]")] | None = Field(description="models that failed")


class CodeactCount(Relation):
    """A figure that is published of CodeAct's data, beside ours. Key: subject, figure."""

    subject: Text = Field(description="set of tasks, runs, model or shape of chats")
    figure: Text = Field(description="what is counted")
    published: Number | None = Field(description="as published")
    here: Number = Field(description="of what is landed")
    is_whole: Flag = Field(description="whether as much is landed as the published figure is of")


Texts = Annotated[list[str], Sql("VARCHAR[]")]
Flags = Annotated[list[bool], Sql("BOOLEAN[]")]


class Scene(Relation):
    """A scene for a simulated user, or what scenes are made of. Key: scene_id."""

    scene_id: Text = Field(description="<dataset>/<source id>, with #2, #3 ... for an id that comes again")
    dataset: Text = Field(description="dataset that it comes from")
    landing_index: Long = Field(description="landing number within that dataset")
    source_file: Text = Field(description="file of the dump")
    source_row: Long = Field(description="place in that file, from 1")
    task_id: Text = Field(description="md5 of what the scene says: the same in two files is one task")
    form: Text = Field(description="scene, seed (tasks and events of a theme), or unreadable")
    theme: Text | None = Field(description="what it is about")
    description: Text | None = Field(description="where it takes place")
    entities: Texts | None = Field(description="what is there")
    operations: Annotated[list[str], Sql("JSON[]")] | None = Field(
        description="what an agent can do there, each as text or as an object, as the source has it"
    )
    events: Texts | None = Field(description="what may happen")
    user_goal: Text | None = Field(description="what the user wants")
    user_description: Text | None = Field(description="who the user is")
    tasks: Texts | None = Field(description="of a seed: tasks that scenes grow from")
    details: Json | None = Field(description="what else the source says")


class Annotation(Relation):
    """What one person said of a moment of a trace. Key: trajectory_id, turn_position, annotator."""

    trajectory_id: Text = Field(description="trajectory that holds the moment")
    dataset: Text = Field(description="upstream corpus")
    landing_index: Long = Field(description="landing number of the trajectory")
    turn_position: Index = Field(description="turn of the trace, from 0")
    annotator: Text = Field(description="who said it; of published rows, which name nobody, a number")
    tasks: Texts | None = Field(description="tasks that the annotator was shown")
    label: Json | None = Field(description="what the annotator said, as given")
    status: Text = Field(
        description="selected, nothing_selected, rejected, reject_all, need, no_need, or unreadable, which is no vote"
    )
    accepted: Flags | None = Field(description="for each of the tasks whether it was accepted")
    help_needed: Flag | None = Field(description="whether the annotator wanted any help; null where not told")


class Prediction(Relation):
    """What a model answered to a moment of the bench. Key: trajectory_id, turn_position, position."""

    trajectory_id: Text = Field(description="trace of the model")
    dataset: Text = Field(description="upstream corpus")
    landing_index: Long = Field(description="landing number of the trace")
    turn_position: Index = Field(description="turn of the trace, from 0")
    position: Index = Field(description="place among the answers to this turn, from 0")
    step_index: Index = Field(description="step of the answer; of a failed turn that of the event")
    model: Text = Field(description="model that answered")
    trace: Text = Field(description="trace of the bench")
    status: Text = Field(
        description="proposed, none, null_text (the word null in place of none), or failed: the model gave no answer"
    )
    task: Text | None = Field(description="proposed task; null for none; of a failed turn what was counted as one")
    is_latest: Flag = Field(description="whether the model's trace was not landed again later")
    judgement: Json | None = Field(description="what the trace itself says of the answer, where it was judged there")


class Judgement(Relation):
    """What a judge said of an answer, or of a row of reward data. Key: judgement_id."""

    judgement_id: Text = Field(description="<dataset>/<source id>, or the answer's place in a judged trace")
    dataset: Text = Field(description="where it comes from: a file of judgements, or judged traces")
    landing_index: Long = Field(description="landing number")
    judge: Text = Field(description="who judged; `unnamed` in traces, which do not say")
    subject: Text = Field(description="prediction or reward_row")
    trajectory_id: Text | None = Field(description="judged trace that it stands in")
    model: Text | None = Field(description="model whose answer it is about")
    trace: Text | None = Field(description="trace of the bench")
    turn_position: Index | None = Field(description="turn of the trace, from 0")
    position: Index | None = Field(description="place among the answers to this turn, from 0")
    row_id: Text | None = Field(description="row of reward data that it is about; see standard.reward_rows")
    accepted: Flag | None = Field(description="the verdict; null where none can be read")
    thought: Text | None = Field(description="why, in the judge's words")
    is_consistent: Flag | None = Field(description="whether judging again from the thought alone gave the same")
    answer: Text | None = Field(description="the judge's raw text, where it was given")
    is_latest: Flag = Field(description="whether this judge did not judge the same again later")
    source_file: Text | None = Field(description="file of judgements")
    source_row: Long | None = Field(description="line of that file, from 1")
    details: Json | None = Field(description="what else the file says")


class JudgedPrediction(Relation):
    """An answer as the metrics count it. Key: split, trajectory_id, turn_position, position."""

    model: Text = Field(description="model that answered")
    split: Text = Field(description="split of the bench; `all` where none is landed")
    trace: Text = Field(description="trace of the bench")
    trajectory_id: Text = Field(description="trace of the model")
    turn_position: Index = Field(description="turn of the trace, from 0")
    position: Index = Field(description="place among the answers to this turn, from 0")
    status: Text = Field(description="as in standard.predictions")
    task: Text | None = Field(description="as in standard.predictions")
    judge: Text | None = Field(description="judge of the model's answers: the one who judged most of them")
    accepted: Flag | None = Field(description="the verdict; null where there is none")


class RewardRow(Relation):
    """A moment and a task, or silence, that people voted on. Key: reward_id."""

    reward_id: Text = Field(description="trajectory_id, of annotated traces with turn and task (`none` for silence)")
    trajectory_id: Text = Field(description="trajectory that holds the moment")
    dataset: Text = Field(description="upstream corpus")
    landing_index: Long = Field(description="landing number of the trajectory")
    turn_position: Index | None = Field(description="turn of the trace, from 0: the last one that is shown")
    task_position: Index | None = Field(description="place of the task in its turn, from 0; null for silence")
    task: Text | None = Field(description="what could be proposed; null for silence")
    votes: Flags | None = Field(description="true of whoever agrees with the task, or the silence")
    help_needed: Flag | None = Field(description="whether one task of the moment was accepted by all")
    valid: Flag | None = Field(description="the verdict by the corrected rule; null where there is none")
    category: Text | None = Field(
        description="CD correct detection, FA false alarm, CR correct rejection, MN missed need, by the corrected rule"
    )
    is_decided: Flag = Field(description="whether there are two votes or more, and not as many on either side")
    published_valid: Flag | None = Field(description="the verdict by the published rule, or as published")
    published_category: Text | None = Field(description="the category by the published rule; null for no row")
    published_split: Text | None = Field(description="train or test, as published")


RELATIONS: dict[str, type[Relation]] = {
    "datasets": Dataset,
    "trajectories": Trajectory,
    "steps": Step,
    "actions": Action,
    "ruled_actions": RuledAction,
    "action_types": TypedAction,
    "observations": Observation,
    "toolsets": Toolset,
    "tools": Tool,
    "prompts": Prompt,
    "images": LandedImage,
    "rejections": Rejection,
    "token_counts": TokenCount,
    "record_tokens": RecordTokens,
    "tasks": Task,
    "codeact_runs": CodeactRun,
    "hard_tasks": HardTask,
    "codeact_counts": CodeactCount,
    "scenes": Scene,
    "annotations": Annotation,
    "predictions": Prediction,
    "judgements": Judgement,
    "judged_predictions": JudgedPrediction,
    "reward_rows": RewardRow,
}
"""Relation of schema `standard` -> its contract."""


def columns(relation: type[Relation]) -> dict[str, str]:
    """Column name -> DuckDB type of a relation, in the order of its columns.

    Raises TypeError where a field states no DuckDB type.
    """
    return {
        field.alias or name: _sql_type(name, field.annotation, field.metadata)
        for name, field in relation.model_fields.items()
    }


def _sql_type(name: str, annotation: Any, metadata: list[Any]) -> str:
    for item in metadata:
        if isinstance(item, Sql):
            return item.name
    for inner in get_args(annotation):
        if get_origin(inner) is Annotated:
            return _sql_type(name, get_args(inner)[0], list(get_args(inner)[1:]))
    raise TypeError(f"field {name} states no DuckDB type")
