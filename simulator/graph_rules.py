"""What Meta refuses in a message to be sent: limits of the Cloud API, checked as strictly as the real one documents them.

Sources: Meta's pages on text, interactive, template and Brazilian payment messages, and its list of error codes.
Nothing here looks at the world; the caller adds what needs memory (window, unknown people, repeated references).
"""

import re
from typing import Any

TITLES = {
    0: "AuthException",
    100: "Invalid parameter",
    190: "Access token has expired",
    2046: "Invalid order status transition",
    2047: "Failed to cancel order",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
}


class GraphError(Exception):
    """An answer that is an error; Meta says 400 for most of them, rate limits included."""

    def __init__(self, code: int, details: str, status: int = 400) -> None:
        super().__init__(details)
        self.code, self.details, self.status = code, details, status

    def body(self, trace: str) -> dict[str, Any]:
        """The Graph API's error body."""
        return {
            "error": {
                "message": f"(#{self.code}) {TITLES.get(self.code, 'Error')}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": trace,
            }
        }


def _need(holder: Any, key: str, where: str, kind: type | tuple[type, ...] = str) -> Any:
    if not isinstance(holder, dict):
        raise GraphError(131009, f"{where} must be an object")
    value = holder.get(key)
    if value is None or value == "":
        raise GraphError(131008, f"{where}.{key} is required")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise GraphError(131009, f"{where}.{key} has the wrong type")
    return value


def _several(holder: dict[str, Any], key: str, where: str) -> list[Any]:
    value = holder.get(key) or []
    if not isinstance(value, list):
        raise GraphError(131009, f"{where}.{key} must be a list")
    return value


def _text(holder: Any, key: str, where: str, limit: int) -> str:
    value: str = _need(holder, key, where)
    if not value.strip():
        raise GraphError(131009, f"{where}.{key} must not be blank")
    if len(value) > limit:
        raise GraphError(131009, f"{where}.{key} length must be at most {limit} characters, it has {len(value)}")
    return value


def _optional_text(holder: dict[str, Any], key: str, where: str, limit: int) -> None:
    if holder.get(key) is not None:
        _text(holder, key, where, limit)


def check_message(body: dict[str, Any]) -> None:
    """Raises GraphError for whatever the Cloud API documents as invalid in the body of POST /messages."""
    kind = body.get("type", "text")
    if body.get("recipient_type", "individual") != "individual":
        raise GraphError(131009, "recipient_type must be individual")
    to, recipient = body.get("to"), body.get("recipient")
    if to is None and recipient is None:
        raise GraphError(131008, "Either to or recipient is required")
    if to is not None and (not isinstance(to, str) or not re.fullmatch(r"\+?[0-9]{8,15}", to)):
        raise GraphError(131009, "to must be a phone number: an optional plus sign and digits")
    if to is None and (not isinstance(recipient, str) or not re.fullmatch(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", recipient)):
        raise GraphError(131009, "recipient must be a business-scoped user id")
    opaque = body.get("biz_opaque_callback_data")
    if opaque is not None and (not isinstance(opaque, str) or len(opaque) > 512):
        raise GraphError(131009, "biz_opaque_callback_data must be a string of at most 512 characters")
    if body.get("context") is not None:
        _need(body["context"], "message_id", "context")
    checks = {
        "text": _check_text,
        "interactive": _check_interactive,
        "template": _check_template,
        "document": _check_media,
        "image": _check_media,
        "audio": _check_media,
        "video": _check_media,
        "sticker": _check_media,
    }
    if not isinstance(kind, str) or kind not in checks:
        raise GraphError(131051, f"Message type {kind} is not supported")
    content = body.get(kind)
    if not isinstance(content, dict):
        raise GraphError(131008, f"{kind} is required")
    if kind in ("document", "image", "audio", "video", "sticker"):
        _check_media(content, kind)
    else:
        checks[kind](content, kind)


def _check_text(content: dict[str, Any], where: str) -> None:
    _text(content, "body", where, 4096)


def _check_media(content: dict[str, Any], where: str) -> None:
    if ("id" in content) == ("link" in content):
        raise GraphError(131009, f"{where} needs exactly one of id and link")
    if "link" in content and not re.match(r"https?://", str(content["link"])):
        raise GraphError(131009, f"{where}.link must be an HTTP(S) address")
    if "caption" in content and where in ("audio", "sticker"):
        raise GraphError(131009, f"{where} cannot have a caption")
    _optional_text(content, "caption", where, 1024)
    if where == "document":
        _optional_text(content, "filename", where, 240)


def _check_interactive(content: dict[str, Any], where: str) -> None:
    kind = _need(content, "type", where)
    checks = {
        "button": _check_buttons,
        "list": _check_list,
        "cta_url": _check_link,
        "order_details": _check_order_details,
        "order_status": _check_order_status,
    }
    if kind not in checks:
        raise GraphError(131009, f"interactive.type {kind} is not supported")
    _text(content.get("body"), "text", "interactive.body", 4096 if kind == "list" else 1024)
    footer = content.get("footer")
    if footer is not None:
        _text(footer, "text", "interactive.footer", 60)
    header = content.get("header")
    if header is not None:
        _check_header(header, kind)
    checks[kind](_need(content, "action", where, dict))


def _check_header(header: Any, kind: str) -> None:
    style = _need(header, "type", "interactive.header")
    special = {"list": ("text",), "order_details": ("image",), "order_status": ()}
    allowed = special.get(kind, ("text", "image", "video", "document"))
    if style not in allowed:
        raise GraphError(131009, f"interactive.header.type {style} is not allowed in {kind}")
    if style == "text":
        _text(header, "text", "interactive.header", 60)
    else:
        _check_media(_need(header, style, "interactive.header", dict), style)


def _check_buttons(action: dict[str, Any]) -> None:
    buttons = _need(action, "buttons", "interactive.action", list)
    if not 1 <= len(buttons) <= 3:
        raise GraphError(131009, "interactive.action.buttons must hold 1 to 3 buttons")
    titles, ids = [], []
    for at, button in enumerate(buttons):
        where = f"interactive.action.buttons[{at}]"
        if _need(button, "type", where) != "reply":
            raise GraphError(131009, f"{where}.type must be reply")
        reply = _need(button, "reply", where, dict)
        titles.append(_text(reply, "title", f"{where}.reply", 20))
        ids.append(_text(reply, "id", f"{where}.reply", 256))
    if len(set(titles)) < len(titles) or len(set(ids)) < len(ids):
        raise GraphError(131009, "Duplicated title or id in interactive.action.buttons")


def _check_list(action: dict[str, Any]) -> None:
    _text(action, "button", "interactive.action", 20)
    sections = _need(action, "sections", "interactive.action", list)
    if not 1 <= len(sections) <= 10:
        raise GraphError(131009, "interactive.action.sections must hold 1 to 10 sections")
    ids: list[str] = []
    for at, section in enumerate(sections):
        where = f"interactive.action.sections[{at}]"
        if len(sections) > 1:
            _text(section, "title", where, 24)
        elif isinstance(section, dict):
            _optional_text(section, "title", where, 24)
        rows = _need(section, "rows", where, list)
        for nth, row in enumerate(rows):
            ids.append(_text(row, "id", f"{where}.rows[{nth}]", 200))
            _text(row, "title", f"{where}.rows[{nth}]", 24)
            _optional_text(row, "description", f"{where}.rows[{nth}]", 72)
    if not 1 <= len(ids) <= 10:
        raise GraphError(131009, "Total row count in interactive.action.sections must be 1 to 10")
    if len(set(ids)) < len(ids):
        raise GraphError(131009, "Duplicated row id in interactive.action.sections")


def _check_link(action: dict[str, Any]) -> None:
    if action.get("name") != "cta_url":
        raise GraphError(131009, "interactive.action.name must be cta_url")
    parameters = _need(action, "parameters", "interactive.action", dict)
    _text(parameters, "display_text", "interactive.action.parameters", 20)
    if not re.match(r"https?://", _text(parameters, "url", "interactive.action.parameters", 2000)):
        raise GraphError(131009, "interactive.action.parameters.url must be an HTTP(S) address")


def _money(holder: Any, key: str, where: str) -> int:
    money = _need(holder, key, where, dict)
    value = money.get("value")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise GraphError(131009, f"{where}.{key}.value must be a whole number of cents")
    if money.get("offset") != 100:
        raise GraphError(131009, f"{where}.{key}.offset must be 100")
    if money.get("description") is not None:
        _text(money, "description", f"{where}.{key}", 60)
    return value


def _reference(parameters: dict[str, Any]) -> str:
    reference = _text(parameters, "reference_id", "parameters", 60)
    if not re.fullmatch(r"[A-Za-z0-9_.\-]+", reference):
        raise GraphError(131009, "parameters.reference_id has characters that are not allowed")
    return reference


KEY_TYPES = ("CPF", "CNPJ", "EMAIL", "PHONE", "EVP")


def _check_order_details(action: dict[str, Any]) -> None:
    if action.get("name") != "review_and_pay":
        raise GraphError(131009, "interactive.action.name must be review_and_pay")
    parameters = _need(action, "parameters", "interactive.action", dict)
    _reference(parameters)
    if _need(parameters, "type", "parameters") not in ("digital-goods", "physical-goods"):
        raise GraphError(131009, "parameters.type must be digital-goods or physical-goods")
    if parameters.get("payment_type", "br") != "br":
        raise GraphError(131009, "parameters.payment_type must be br")
    if _need(parameters, "currency", "parameters") != "BRL":
        raise GraphError(131009, "parameters.currency must be BRL")
    total = _money(parameters, "total_amount", "parameters")
    if total == 0:
        raise GraphError(131009, "parameters.total_amount must be greater than zero")
    settings = _need(parameters, "payment_settings", "parameters", list)
    if not 1 <= len(settings) <= 3:
        raise GraphError(131009, "parameters.payment_settings must hold 1 to 3 settings")
    for at, setting in enumerate(settings):
        _check_setting(setting, f"parameters.payment_settings[{at}]")
    if parameters.get("order") is not None:
        _check_order(parameters["order"], total)


def _check_setting(setting: Any, where: str) -> None:
    kind = _need(setting, "type", where)
    if kind == "pix_dynamic_code":
        pix = _need(setting, kind, where, dict)
        _text(pix, "code", f"{where}.{kind}", 512)
        _text(pix, "merchant_name", f"{where}.{kind}", 140)
        _text(pix, "key", f"{where}.{kind}", 77)
        if _need(pix, "key_type", f"{where}.{kind}") not in KEY_TYPES:
            raise GraphError(131009, f"{where}.{kind}.key_type must be one of {', '.join(KEY_TYPES)}")
    elif kind == "boleto":
        if not re.fullmatch(r"\d{47,48}", _need(_need(setting, kind, where, dict), "digitable_line", f"{where}.boleto")):
            raise GraphError(131009, f"{where}.boleto.digitable_line must be 47 or 48 digits")
    elif kind == "payment_link":
        if not re.match(r"https?://", _need(_need(setting, kind, where, dict), "uri", f"{where}.payment_link")):
            raise GraphError(131009, f"{where}.payment_link.uri must be an HTTP(S) address")
    else:
        raise GraphError(131009, f"{where}.type {kind} is not supported")


def _check_order(order: Any, total: int) -> None:
    where = "parameters.order"
    if _need(order, "status", where) != "pending":
        raise GraphError(131009, f"{where}.status must be pending")
    items = _need(order, "items", where, list)
    if not items:
        raise GraphError(131008, f"{where}.items is required")
    goods = 0
    for at, item in enumerate(items):
        name = f"{where}.items[{at}]"
        _text(item, "name", name, 60)
        _need(item, "retailer_id", name)
        quantity = _need(item, "quantity", name, int)
        if quantity < 1:
            raise GraphError(131009, f"{name}.quantity must be at least 1")
        price = _money(item, "amount", name)
        if item.get("sale_amount") is not None:
            sale = _money(item, "sale_amount", name)
            if sale > price:
                raise GraphError(131009, f"{name}.sale_amount must not exceed amount")
            price = sale
        goods += price * quantity
    if _money(order, "subtotal", where) != goods:
        raise GraphError(131009, f"{where}.subtotal must equal the sum of the items, {goods}")
    tax = _money(order, "tax", where)
    shipping = _money(order, "shipping", where) if order.get("shipping") is not None else 0
    discount = _money(order, "discount", where) if order.get("discount") is not None else 0
    if total != goods + tax + shipping - discount:
        raise GraphError(131009, "parameters.total_amount must equal subtotal + tax + shipping - discount")
    if order.get("expiration") is not None:
        _text(order["expiration"], "description", f"{where}.expiration", 120)
        if not re.fullmatch(r"\d{9,11}", str(order["expiration"].get("timestamp", ""))):
            raise GraphError(131009, f"{where}.expiration.timestamp must be UTC seconds")


ORDER_STATUSES = ("pending", "processing", "partially-shipped", "shipped", "completed", "canceled")


def _check_order_status(action: dict[str, Any]) -> None:
    if action.get("name") != "review_order":
        raise GraphError(131009, "interactive.action.name must be review_order")
    parameters = _need(action, "parameters", "interactive.action", dict)
    _reference(parameters)
    order = _need(parameters, "order", "parameters", dict)
    if _need(order, "status", "parameters.order") not in ORDER_STATUSES:
        raise GraphError(131009, "parameters.order.status is not a status of orders")
    _optional_text(order, "description", "parameters.order", 120)
    payment = parameters.get("payment")
    if payment is not None and _need(payment, "status", "parameters.payment") not in ("pending", "captured", "failed"):
        raise GraphError(131009, "parameters.payment.status is not a status of payments")


def _check_template(content: dict[str, Any], where: str) -> None:
    name = _text(content, "name", where, 512)
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise GraphError(131009, "template.name has characters that are not allowed")
    _text(_need(content, "language", where, dict), "code", "template.language", 15)
    for at, component in enumerate(_several(content, "components", where)):
        part = f"template.components[{at}]"
        kind = str(_need(component, "type", part)).lower()
        if kind not in ("header", "body", "button", "footer", "carousel"):
            raise GraphError(131009, f"{part}.type {kind} is not supported")
        if kind == "button":
            if component.get("sub_type") not in ("quick_reply", "url", "copy_code", "order_details", "flow"):
                raise GraphError(131009, f"{part}.sub_type is not supported")
            if not re.fullmatch(r"\d", str(component.get("index", ""))):
                raise GraphError(131009, f"{part}.index must be the position of the button")
        for nth, parameter in enumerate(_several(component, "parameters", part)):
            _check_parameter(parameter, f"{part}.parameters[{nth}]")


def _check_parameter(parameter: Any, where: str) -> None:
    kind = _need(parameter, "type", where)
    if kind == "text":
        value = _text(parameter, "text", where, 1024)
        if re.search(r"[\n\t]| {5,}", value):
            raise GraphError(100, f"{where}.text cannot have new-line/tab characters or more than 4 spaces in a row")
    elif kind in ("document", "image", "video"):
        _check_media(_need(parameter, kind, where, dict), kind)
    elif kind == "action":
        details = _need(parameter, "action", where, dict).get("order_details")
        if details is not None:
            _check_order_details({"name": "review_and_pay", "parameters": details})
