"""AgentInstruct, split mind2web: one choice among elements of a page, in Thought/Answer prose; one record per chat."""

from loaders.agenttuning_os import of_split

LOADER = of_split("mind2web")
