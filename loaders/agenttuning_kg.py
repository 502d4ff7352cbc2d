"""AgentInstruct, split kg: questions to a knowledge base, in Thought/Action prose; one record per chat."""

from loaders.agenttuning_os import of_split

LOADER = of_split("kg")
