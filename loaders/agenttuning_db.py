"""AgentInstruct, split db: questions to a MySQL database, SQL in fences; one record per chat."""

from loaders.agenttuning_os import of_split

LOADER = of_split("db")
