"""Writes the description of the HTTP interface, of which the pages' types are made; needs no server."""

import json

from visualsearch.web.app import routed_app

print(json.dumps(routed_app().openapi(), indent=1))
