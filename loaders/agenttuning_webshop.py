"""AgentInstruct, split webshop: a web shop told in text, in Thought/Action prose; one record per chat."""

from loaders.agenttuning_os import of_split

LOADER = of_split("webshop")
