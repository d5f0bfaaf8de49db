"""A stand-in for our action endpoint: rasa-sdk's protocol over the standard library, one file to read."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StubActions:
    """Answers calls of actions at `url`, remembers them in `calls`, and can be told to fail (`broken`: action → status)."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.broken: dict[str, int] = {}
        self.delay: dict[str, float] = {}
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.calls.append(call)
                stub.headers.append(dict(self.headers))
                status, answer = stub.answer(call)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/internal/actions"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def names(self) -> list[str]:
        return [call["next_action"] for call in self.calls]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        name, slots = call["next_action"], call["tracker"]["slots"]
        time.sleep(self.delay.get(name, 0))
        if name in self.broken:
            return self.broken[name], {"error": "broken", "action_name": name}
        if name == "action_falhar":
            return 500, {"error": "boom", "action_name": name}
        if name == "action_rejeitar":
            return 400, {"error": "no", "action_name": name}
        if name == "action_pix":
            return 200, said("utter_pix", valor=12345, nome="", feitos=[1, 2])
        if name == "action_palavras":
            return 200, {"events": [], "responses": [{**said("x")["responses"][0], "response": None, "text": "palavras soltas"}]}
        if name == "action_desconhecida":
            return 200, said("utter_que_nao_existe")
        if name == "action_contar":
            counted = slots["contador"] + 1
            return 200, {**said("utter_contado", contador=counted), "events": [slot("contador", counted)]}
        if name == "action_laco":
            return 200, {"events": [{"event": "followup", "name": "action_laco", "timestamp": None}], "responses": []}
        if name == "action_fechar":
            return 200, {
                **said("utter_fechado", valor=slots["valor"], parcelas=slots["parcelas"]),
                "events": [slot("valor", None), slot("parcelas", None)],
            }
        if name == "validate_negociar_form":
            asked = call["tracker"]["slots"].get("requested_slot")
            candidates = set_since_form(call["tracker"]["events"])
            events = [
                slot(key, value if key != "parcelas" or str(value).isdigit() else None) for key, value in candidates.items()
            ]
            return 200, {"events": [event for event in events if asked or event["name"]], "responses": []}
        return 200, {"events": [], "responses": []}


def set_since_form(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The slots that Rasa asks a form's validation about: those set after the form's last execution."""
    candidates: dict[str, Any] = {}
    for event in reversed(events):
        if event["event"] == "action":
            break
        if event["event"] == "slot" and event["name"] != "requested_slot":
            candidates.setdefault(event["name"], event["value"])
    return candidates


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}


def said(response: str, **values: Any) -> dict[str, Any]:
    """What rasa-sdk's `dispatcher.utter_message(response=…, **values)` puts on the wire."""
    look = {"text": None, "buttons": [], "elements": [], "custom": {}, "image": None, "attachment": None}
    return {"events": [], "responses": [{**look, "template": response, "response": response, **values}]}
