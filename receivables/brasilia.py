"""Brasília's time: due dates, bank days and the hours that people read are counted in it, wherever the machine stands."""

from zoneinfo import ZoneInfo

BRASILIA = ZoneInfo("America/Sao_Paulo")
