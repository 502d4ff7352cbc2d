"""NNetNav-WA: browsing the websites of WebArena; records are those of NNetNav-Live."""

from dataclasses import replace

from loaders.nnetnav_live import LOADER as LIVE

LOADER = replace(LIVE, dataset="nnetnav-wa", repo="stanfordnlp/nnetnav-wa", revision="a1c0f6b")
