"""What Meta's Cloud API accepts, written from its documentation: limits and fields of each outgoing message."""

from __future__ import annotations

import re
from typing import Any

_REFERENCE = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


class Rules:
    """Collects every fault of one payload."""

    def __init__(self, uploaded: set[str], references: set[str], now: float) -> None:
        self.faults: list[str] = []
        self._now = now
        self._uploaded = uploaded
        self._references = references

    def _need(self, right: bool, fault: str) -> None:
        if not right:
            self.faults.append(fault)

    def _words(self, value: Any, name: str, longest: int) -> None:
        self._need(
            isinstance(value, str) and len(value.strip()) > 0 and len(value) <= longest, f"{name}: 1 to {longest} characters"
        )

    def _only(self, value: Any, name: str, required: set[str], optional: set[str] = frozenset()) -> bool:  # type: ignore[assignment]
        if not isinstance(value, dict):
            self.faults.append(f"{name} is no object")
            return False
        for missing in required - value.keys():
            self.faults.append(f"{name}.{missing} is missing")
        for strange in value.keys() - required - optional:
            self.faults.append(f"{name}.{strange} is unknown")
        return required <= value.keys()

    def check(self, payload: Any) -> list[str]:
        """The faults of a `POST /messages` body; none when Meta would accept it."""
        if not isinstance(payload, dict):
            return ["the body is no object"]
        self._need(payload.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
        if payload.get("status") == "read":
            self._only(payload, "read", {"messaging_product", "status", "message_id"}, {"typing_indicator"})
            if "typing_indicator" in payload:
                self._need(payload["typing_indicator"] == {"type": "text"}, "typing_indicator must be text")
            return self.faults
        kind = payload.get("type")
        allowed = {"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data"}
        for strange in payload.keys() - allowed - {str(kind)}:
            self.faults.append(f"{strange} is unknown")
        if "to" in payload:
            self._need(bool(re.fullmatch(r"\+?[0-9]{8,15}", str(payload["to"]))), "to is no phone")
            self._need(str(payload["to"]).startswith("+"), "to without + is sent to the business's own country")
        elif "recipient" in payload:
            self._need(bool(_USER_ID.fullmatch(str(payload["recipient"]))), "recipient is no user id")
        else:
            self.faults.append("neither to nor recipient")
        self._need(payload.get("recipient_type", "individual") == "individual", "recipient_type must be individual")
        if "biz_opaque_callback_data" in payload:
            self._words(payload["biz_opaque_callback_data"], "biz_opaque_callback_data", 512)
        if "context" in payload:
            self._only(payload["context"], "context", {"message_id"})
        check = getattr(self, f"_{kind}", None) if kind in _TYPES else None
        if check is None or not isinstance(payload.get(str(kind)), dict):
            self.faults.append(f"type {kind!r} is unknown or its object is missing")
            return self.faults
        check(payload[str(kind)])
        return self.faults

    def _text(self, text: dict[str, Any]) -> None:
        self._only(text, "text", {"body"}, {"preview_url"})
        self._words(text.get("body"), "text.body", 4096)

    def _media(self, media: dict[str, Any], name: str) -> None:
        self._need(("id" in media) != ("link" in media), f"{name} needs id or link, not both")
        if "id" in media:
            self._need(media["id"] in self._uploaded, f"{name}.id was never uploaded")
        if "caption" in media:
            self._words(media["caption"], f"{name}.caption", 1024)

    def _document(self, document: dict[str, Any]) -> None:
        self._only(document, "document", set(), {"id", "link", "filename", "caption"})
        self._media(document, "document")

    def _image(self, image: dict[str, Any]) -> None:
        self._only(image, "image", set(), {"id", "link", "caption"})
        self._media(image, "image")

    def _template(self, template: dict[str, Any]) -> None:
        if self._only(template, "template", {"name", "language"}, {"components"}):
            self._need(bool(re.fullmatch(r"[a-z0-9_]{1,512}", str(template["name"]))), "template.name")
            self._need(template["language"] == {"code": "pt_BR"}, "template.language must be pt_BR")
        for component in template.get("components", []):
            self._need(component.get("type") in ("header", "body", "button"), "template component type")
            for parameter in component.get("parameters", []):
                if parameter.get("type") == "text":
                    self._words(parameter.get("text"), "template parameter", 1024)
                    self._need("\n" not in str(parameter.get("text")), "a template parameter has a line break")

    def _interactive(self, interactive: dict[str, Any]) -> None:
        kind = interactive.get("type")
        body = interactive.get("body", {}).get("text") if isinstance(interactive.get("body"), dict) else None
        if kind != "order_status" or body is not None:
            self._words(body, "interactive.body.text", 4096 if kind == "list" else 1024)
        if "footer" in interactive:
            self._words(interactive["footer"].get("text"), "interactive.footer.text", 60)
        action = interactive.get("action")
        if kind == "location_request_message":
            self._need(action == {"name": "send_location"}, "location request action")
        elif kind == "contact_request":
            self._need(action == {"name": "request_contact_info"}, "contact request action")
        elif not isinstance(action, dict):
            self.faults.append("interactive.action is missing")
        elif kind == "button":
            buttons = action.get("buttons")
            self._need(isinstance(buttons, list) and 1 <= len(buttons) <= 3, "1 to 3 buttons")
            titles = []
            for button in buttons or []:
                self._need(button.get("type") == "reply", "button.type must be reply")
                self._words(button.get("reply", {}).get("id"), "button id", 256)
                self._words(button.get("reply", {}).get("title"), "button title", 20)
                titles.append(button.get("reply", {}).get("title"))
            self._need(len(set(titles)) == len(titles), "button titles must be unique")
        elif kind == "list":
            self._words(action.get("button"), "list button", 20)
            sections = action.get("sections") or []
            self._need(1 <= len(sections) <= 10, "1 to 10 sections")
            rows = [row for section in sections for row in section.get("rows", [])]
            self._need(1 <= len(rows) <= 10, "1 to 10 rows in all")
            for section in sections:
                if "title" in section or len(sections) > 1:
                    self._words(section.get("title"), "section title", 24)
            for row in rows:
                self._words(row.get("id"), "row id", 200)
                self._words(row.get("title"), "row title", 24)
                if "description" in row:
                    self._words(row["description"], "row description", 72)
            self._need(len({row.get("id") for row in rows}) == len(rows), "row ids must be unique")
        elif kind == "cta_url":
            parameters = action.get("parameters", {})
            self._need(action.get("name") == "cta_url", "cta_url action name")
            self._words(parameters.get("display_text"), "cta display_text", 20)
            self._need(str(parameters.get("url", "")).startswith(("https://", "http://")), "cta url")
        elif kind == "order_details":
            self._order_details(action)
        elif kind == "order_status":
            self._order_status(action)
        else:
            self.faults.append(f"interactive.type {kind!r} is unknown")

    def _order_details(self, action: dict[str, Any]) -> None:
        parameters = action.get("parameters", {})
        self._need(action.get("name") == "review_and_pay", "order_details action name")
        for name, value in (("type", "digital-goods"), ("payment_type", "br"), ("currency", "BRL")):
            if name == "type":
                self._need(parameters.get(name) in ("digital-goods", "physical-goods"), "order_details type")
            else:
                self._need(parameters.get(name) == value, f"order_details {name} must be {value}")
        reference = str(parameters.get("reference_id", ""))
        self._need(bool(_REFERENCE.fullmatch(reference)), "order_details reference_id")
        self._need(reference not in self._references, f"reference_id {reference} was used by an earlier order_details")
        total = self._money(parameters.get("total_amount"), "total_amount")
        settings = parameters.get("payment_settings") or []
        self._need(1 <= len(settings) <= 3, "1 to 3 payment_settings")
        for setting in settings:
            if setting.get("type") == "pix_dynamic_code":
                pix = setting.get("pix_dynamic_code", {})
                self._only(pix, "pix_dynamic_code", {"code", "merchant_name", "key", "key_type"})
                self._need(pix.get("key_type") in ("CPF", "CNPJ", "EMAIL", "PHONE", "EVP"), "pix key_type")
                self._need(str(pix.get("code", "")).startswith("000201"), "pix code")
                self._words(pix.get("merchant_name"), "pix merchant_name", 60)
        order = parameters.get("order")
        if order is None:
            return
        self._need(order.get("status") == "pending", "a first order status must be pending")
        items = order.get("items") or []
        self._need(bool(items), "an order needs items")
        summed = 0
        for item in items:
            self._words(item.get("name"), "item name", 60)
            self._need(bool(item.get("retailer_id")), "item retailer_id")
            price = self._money(item.get("sale_amount") or item.get("amount"), "item amount")
            quantity = item.get("quantity")
            self._need(isinstance(quantity, int) and quantity > 0, "item quantity")
            summed += price * (quantity if isinstance(quantity, int) else 0)
        subtotal = self._money(order.get("subtotal"), "subtotal")
        self._need(subtotal == summed, "subtotal must be the sum of the items")
        self._need("tax" in order, "order.tax is required")
        parts = {name: self._money(order[name], name) for name in ("tax", "shipping", "discount") if name in order}
        computed = subtotal + parts.get("tax", 0) + parts.get("shipping", 0) - parts.get("discount", 0)
        self._need(total == computed, f"total {total} must be {computed}")
        for name in ("tax", "shipping", "discount"):
            if name in order and "description" in order[name]:
                self._words(order[name]["description"], f"{name} description", 60)
        if "expiration" in order:
            stamp = str(order["expiration"].get("timestamp", ""))
            self._need(stamp.isdigit() and int(stamp) >= self._now + 295, "expiration.timestamp must be 300 s ahead")
            self._words(order["expiration"].get("description"), "expiration.description", 120)

    def _order_status(self, action: dict[str, Any]) -> None:
        parameters = action.get("parameters", {})
        self._need(action.get("name") == "review_order", "order_status action name")
        self._need(parameters.get("reference_id") in self._references, "order_status for a reference never sent")
        order = parameters.get("order", {})
        states = ("pending", "processing", "partially-shipped", "shipped", "completed", "canceled")
        self._need(order.get("status") in states, "order_status order.status")
        if "description" in order:
            self._words(order["description"], "order.description", 120)
        if "payment" in parameters:
            self._need(parameters["payment"].get("status") in ("pending", "captured", "failed"), "order_status payment.status")

    def _money(self, value: Any, name: str) -> int:
        right = (
            isinstance(value, dict) and value.get("offset") == 100 and isinstance(value.get("value"), int) and value["value"] >= 0
        )
        self._need(right, f"{name} is no amount of centavos")
        return int(value["value"]) if right else 0


_TYPES = ("text", "interactive", "document", "image", "template")
