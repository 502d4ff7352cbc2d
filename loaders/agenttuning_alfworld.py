"""AgentInstruct, split alfworld: a household told in text, in THOUGHT/ACTION prose; one record per chat."""

from loaders.agenttuning_os import of_split

LOADER = of_split("alfworld")
