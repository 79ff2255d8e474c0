"""All that the console serves below `/_local/`."""

from fastapi import APIRouter

from visitplannr.console.console import Console
from visitplannr.console.events_api import events_api
from visitplannr.console.invocations_api import invocations_api
from visitplannr.console.logs_api import logs_api
from visitplannr.console.page import page
from visitplannr.console.send_api import send_api
from visitplannr.console.tables_api import tables_api


def routers(console: Console) -> tuple[APIRouter, ...]:
    """Make the routers of one application's console."""
    parts = (page, invocations_api, tables_api, logs_api, events_api, send_api)
    return tuple(part(console) for part in parts)
