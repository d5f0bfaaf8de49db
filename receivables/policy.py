"""A creditor's commercial limits: read from YAML, checked whole at start, handed round as frozen values.

`default.yml` holds for every portfolio; `<portfolio>.yml` overrides it key by key (lists whole). Anything that breaks the law's
caps, contradicts itself or is not known stops the start with file and line: a mistyped limit must never act as no limit.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from receivables.taxid import TaxIdError, parse_cnpj

MAX_FINE_PERCENT = Decimal(2)  # CDC art. 52 §1

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WINDOW = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))? +(\d{2}:\d{2})-(\d{2}:\d{2})")
_MONEY = re.compile(r"[0-9]{1,12}\.[0-9]{2}")
_COMPUTED = ("portfolio", "version")
_TEXT_SECTIONS = ("collector", "creditors")


class PolicyError(Exception):
    """A policy cannot be used; the message starts with the file and the line."""


def _money(value: object) -> object:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise ValueError('money is a string such as "50.00"')
    return int(value.replace(".", ""))


def _number(value: object) -> object:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, (str, bool, Decimal)):
        raise ValueError("a whole number is wanted")
    return value


def _decimal(value: object) -> object:
    if isinstance(value, (str, bool)):
        raise ValueError("a number is wanted, without quotes or %")
    return value


Count = Annotated[int, BeforeValidator(_number), Field(ge=0, le=100_000)]
Positive = Annotated[int, BeforeValidator(_number), Field(ge=1, le=100_000)]
Percent = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=100, allow_inf_nan=False)]
Centavos = Annotated[int, BeforeValidator(_money), Field(ge=1)]
Line = Annotated[str, Field(max_length=200)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DiscountBand(_Section):
    """A cash discount by days overdue, both ends included; percents of principal, and of fine and interest."""

    overdue_from: Positive
    overdue_to: Positive
    principal_percent: Percent = Decimal(0)
    charges_percent: Percent = Decimal(0)

    @model_validator(mode="after")
    def _coherent(self) -> DiscountBand:
        if self.overdue_from > self.overdue_to:
            raise ValueError(f"overdue_from {self.overdue_from} is after overdue_to {self.overdue_to}")
        if self.principal_percent == 100 and self.charges_percent == 100:
            raise ValueError("100 % of everything would leave nothing to pay")
        return self


class Instalments(_Section):
    """Limits of an agreement in instalments; `min_amount` in centavos."""

    max: Count = 12
    min_amount: Centavos = 5000
    down_payment_percent: Percent = Decimal(20)
    monthly_rate_percent: Percent = Decimal(0)
    first_due_days: Count = 5
    discount_factor: Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1)] = Decimal("0.5")

    @model_validator(mode="after")
    def _coherent(self) -> Instalments:
        if self.down_payment_percent == 100 and self.max > 0:
            raise ValueError("a down payment of 100 % leaves nothing for instalments")
        return self


class Extension(_Section):
    """When a due date may be moved."""

    max_days: Count = 10
    max_times: Count = 1
    max_overdue_days: Count = 30
    charge_interest: bool = False

    @model_validator(mode="after")
    def _coherent(self) -> Extension:
        if self.max_times > 0 and self.max_days == 0:
            raise ValueError("extensions of 0 days: set max_times to 0 to allow none")
        return self


class Promise(_Section):
    """How far ahead a promise may be, and how long after it a payment still keeps it."""

    max_days: Count = 30
    grace_business_days: Count = 3


class Agreements(_Section):
    """How often a debt may be agreed on, and an instalment moved or skipped."""

    max_per_debt: Count = 2
    move_instalment_times: Count = 1
    skip_instalment_times: Count = 1


class Boleto(_Section):
    """How many days after its due date a boleto can still be paid."""

    pay_until_days: Annotated[int, BeforeValidator(_number), Field(ge=0, le=120)] = 30


class Pix(_Section):
    """How long a Pix charge lives."""

    expires_minutes: Positive = 1440


PersonFactor = Literal["document", "birth_date", "contract"]
CompanyFactor = Literal["document", "contract"]


class Identity(_Section):
    """What proves who somebody is, how often one may try, and how long a proof and a lock last."""

    factors_person: tuple[PersonFactor, ...] = ("document", "birth_date")
    factors_company: tuple[CompanyFactor, ...] = ("document", "contract")
    attempts: Annotated[int, BeforeValidator(_number), Field(ge=1, le=10)] = 3
    lock_hours: Positive = 24
    valid_minutes: Positive = 30

    @field_validator("factors_person", "factors_company")
    @classmethod
    def _two_factors(cls, factors: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(factors)) != len(factors):
            raise ValueError("the same factor twice")
        if len(factors) < 2 or "document" not in factors:
            raise ValueError("at least two factors, the document among them")
        return factors


@dataclass(frozen=True, slots=True)
class HourWindow:
    """Weekdays (Monday is 0) on which contact may be made from `start` up to, not including, `end`."""

    weekdays: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class ContactHours:
    """When Trato may write of its own accord, in the debtor's local time."""

    text: str
    windows: tuple[HourWindow, ...]

    def allow(self, local: datetime) -> bool:
        """Whether `local`, a time on the debtor's own clock, lies in a window. Holidays are the caller's business."""
        return any(w.start <= local.time() < w.end and local.weekday() in w.weekdays for w in self.windows)


def _hours(value: object) -> object:
    if isinstance(value, ContactHours):
        return value
    if not isinstance(value, str):
        raise ValueError('hours are written "Mon-Fri 09:00-18:00"')
    windows: list[HourWindow] = []
    for part in re.split(r"[,;]", value):
        found = _WINDOW.fullmatch(part.strip())
        if found is None or not {found[1], found[2] or found[1]} <= set(_WEEKDAYS):
            raise ValueError(f'"{part.strip()}": hours are written "Mon-Fri 09:00-18:00", several with a comma between')
        first, last = _WEEKDAYS.index(found[1]), _WEEKDAYS.index(found[2] or found[1])
        if first > last:
            raise ValueError(f'"{part.strip()}": the first weekday comes after the last')
        windows.append(HourWindow(frozenset(range(first, last + 1)), _clock(found[3]), _clock(found[4])))
        if windows[-1].start >= windows[-1].end:
            raise ValueError(f'"{part.strip()}": the hours end before they begin')
    for index, window in enumerate(windows):
        for other in windows[:index]:
            if window.weekdays & other.weekdays and window.start < other.end and other.start < window.end:
                raise ValueError("two of the hours overlap")
    return ContactHours(value, tuple(windows))


def _clock(text: str) -> time:
    if text == "24:00":
        return time.max
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no time of day") from None


class Contact(_Section):
    """Limits on messages that nobody asked for."""

    hours: Annotated[ContactHours, BeforeValidator(_hours)] = Field(default_factory=lambda: _default_hours())
    weekly_cap: Count = 3
    quiet_after_human_hours: Count = 24


def _default_hours() -> ContactHours:
    hours = _hours("Mon-Fri 09:00-18:00")
    assert isinstance(hours, ContactHours)
    return hours


class Authority(_Section):
    """How much more discount, in points of principal, people at the desk may give."""

    agent_discount_extra_percent: Percent = Decimal(0)
    supervisor_discount_extra_percent: Percent = Decimal(10)

    @model_validator(mode="after")
    def _coherent(self) -> Authority:
        if self.agent_discount_extra_percent > self.supervisor_discount_extra_percent:
            raise ValueError("an agent may not give more than a supervisor")
        return self


class Service(_Section):
    """How soon people who ask for a human are answered, in attended minutes (`contact.hours`), and what happens when they are not."""

    first_answer_minutes: Positive = 10
    urgent_answer_minutes: Positive = 3
    next_answer_minutes: Positive = 15
    warn_percent: Annotated[int, BeforeValidator(_number), Field(ge=1, le=99)] = 70
    ageing_minutes: Positive = 20
    silent_agent_minutes: Positive = 30
    unanswered_minutes: Positive = 120
    high_value: Centavos = 500_000

    @model_validator(mode="after")
    def _coherent(self) -> Service:
        if self.silent_agent_minutes <= max(self.first_answer_minutes, self.next_answer_minutes):
            raise ValueError("a talk is handed on only after the time for an answer has passed")
        return self


class Collector(_Section):
    """The company that collects: who the debtor is told speaks. `cnpj` is fourteen characters."""

    name: Annotated[Line, Field(min_length=1)]
    cnpj: str
    address: Line = ""
    site: Line = ""
    phone: Line = ""
    ombudsman: Line = ""

    @field_validator("cnpj")
    @classmethod
    def _valid(cls, cnpj: str) -> str:
        return _cnpj(cnpj)


class CreditorTerms(_Section):
    """One creditor: what documents must say about it, and where its money goes."""

    name: Annotated[Line, Field(min_length=1)]
    address: Line = ""
    payee: Line = ""
    pix_key: Annotated[str, Field(max_length=77)] = ""
    pix_provider: str = "api_pix"
    boleto_provider: str = "simulated"
    bank: Line = ""

    @property
    def payee_name(self) -> str:
        """The name that a payment must show: the payee's, or the creditor's when none is given."""
        return self.payee or self.name


class Policy(_Section):
    """Everything one portfolio allows. `version` changes whenever the text of its files does."""

    portfolio: str
    version: str
    fine_percent: Percent = Decimal(2)
    interest_percent_month: Percent = Decimal(1)
    interest_from: Literal["rolled", "original"] = "rolled"
    discounts: tuple[DiscountBand, ...] = (
        DiscountBand(overdue_from=31, overdue_to=90, principal_percent=Decimal(0), charges_percent=Decimal(50)),
        DiscountBand(overdue_from=91, overdue_to=180, principal_percent=Decimal(15), charges_percent=Decimal(100)),
        DiscountBand(overdue_from=181, overdue_to=1825, principal_percent=Decimal(30), charges_percent=Decimal(100)),
    )
    instalments: Instalments = Instalments()
    extension: Extension = Extension()
    promise: Promise = Promise()
    broken_after_days: Count = 10
    agreements: Agreements = Agreements()
    boleto: Boleto = Boleto()
    pix: Pix = Pix()
    identity: Identity = Identity()
    contact: Contact = Contact()
    authority: Authority = Authority()
    service: Service = Service()
    collector: Collector
    creditors: dict[str, CreditorTerms] = Field(default_factory=dict)

    @field_validator("fine_percent")
    @classmethod
    def _capped(cls, fine: Decimal) -> Decimal:
        if fine > MAX_FINE_PERCENT:
            raise ValueError(f"{fine} is more than the {MAX_FINE_PERCENT} % that the law allows on consumer debts")
        return fine

    @field_validator("discounts")
    @classmethod
    def _apart(cls, bands: tuple[DiscountBand, ...]) -> tuple[DiscountBand, ...]:
        for index, band in enumerate(bands):
            for other in bands[:index]:
                if band.overdue_from <= other.overdue_to and other.overdue_from <= band.overdue_to:
                    raise ValueError(
                        f"the bands {other.overdue_from}-{other.overdue_to} and {band.overdue_from}-{band.overdue_to} overlap"
                    )
        return bands

    @field_validator("creditors")
    @classmethod
    def _keyed(cls, creditors: dict[str, CreditorTerms]) -> dict[str, CreditorTerms]:
        keyed = {_cnpj(cnpj): terms for cnpj, terms in creditors.items()}
        if len(keyed) != len(creditors):
            raise ValueError("the same creditor twice")
        return keyed


def _cnpj(text: str) -> str:
    try:
        return parse_cnpj(text)
    except TaxIdError:
        raise ValueError(f"{text} is no valid CNPJ") from None


@dataclass(frozen=True)
class Policies:
    """Every portfolio's policy. Read once at start."""

    default: Policy
    portfolios: Mapping[str, Policy] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path) -> Policies:
        """Reads `default.yml` and one file a portfolio. Raises PolicyError for the first fault, with file and line."""
        base_file = directory / "default.yml"
        if not base_file.is_file():
            raise PolicyError(f"{base_file}:1: there is no such file, and every policy starts from it")
        base_text = _text(base_file)
        base = _tree(base_file, base_text)
        default = _policy(base, "default", base_text)
        portfolios: dict[str, Policy] = {}
        for file in sorted(directory.iterdir()):
            if file == base_file or file.suffix not in (".yml", ".yaml"):
                continue
            if file.suffix == ".yaml" or slug(file.stem) != file.stem:
                raise PolicyError(f"{file}:1: a policy file is named {slug(file.stem)}.yml")
            text = _text(file)
            portfolios[file.stem] = _policy(_merge(base, _tree(file, text)), file.stem, base_text + "\0" + text)
        return cls(default, portfolios)

    def for_portfolio(self, portfolio: str) -> Policy:
        """The policy of a portfolio by its name as creditors write it; the default when it has no file of its own."""
        return self.portfolios.get(slug(portfolio), self.default)

    def creditor(self, cnpj: str) -> CreditorTerms | None:
        """What is known of a creditor, by its fourteen characters; None when no policy describes it."""
        for policy in (self.default, *self.portfolios.values()):
            if cnpj in policy.creditors:
                return policy.creditors[cnpj]
        return None

    @property
    def version(self) -> str:
        """A short hash of every policy together."""
        joined = "".join(policy.version for policy in (self.default, *self.portfolios.values()))
        return hashlib.sha256(joined.encode()).hexdigest()[:16]


def slug(portfolio: str) -> str:
    """A portfolio's name as its file is named: lower-case ASCII with hyphens."""
    folded = unicodedata.normalize("NFKD", portfolio).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class _Marked:
    """A YAML value that remembers where it was written. Mappings keep their keys' own places in `keys`."""

    value: Any
    place: str
    keys: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError(f"{file}:1: this is not UTF-8 text") from None


def _tree(file: Path, text: str) -> _Marked:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PolicyError(f"{file}:{mark.line + 1 if mark else 1}: {error.problem or 'this is not YAML'}") from None
    except yaml.YAMLError as error:
        raise PolicyError(f"{file}:1: this is not YAML: {str(error).splitlines()[0]}") from None
    if node is None:
        return _Marked({}, f"{file}:1")
    if not isinstance(node, yaml.MappingNode):
        raise PolicyError(f"{file}:1: a policy is a list of keys and values")
    return _marked(file, node, depth=0)


def _marked(file: Path, node: yaml.Node, depth: int) -> _Marked:
    place = f"{file}:{node.start_mark.line + 1}"
    if depth > 8:
        raise PolicyError(f"{place}: nested too deeply")
    if isinstance(node, yaml.MappingNode):
        values: dict[str, _Marked] = {}
        keys: dict[str, str] = {}
        for key_node, value_node in node.value:
            key_place = f"{file}:{key_node.start_mark.line + 1}"
            if not isinstance(key_node, yaml.ScalarNode):
                raise PolicyError(f"{key_place}: a key is one word")
            if key_node.value in values:
                raise PolicyError(f"{key_place}: {key_node.value} is there twice")
            values[key_node.value] = _marked(file, value_node, depth + 1)
            keys[key_node.value] = key_place
        return _Marked(values, place, keys)
    if isinstance(node, yaml.SequenceNode):
        return _Marked([_marked(file, item, depth + 1) for item in node.value], place)
    return _Marked(_scalar(node, place), place, text=str(node.value))


def _scalar(node: yaml.Node, place: str) -> object:
    text, kind = str(node.value), node.tag.rpartition(":")[2]
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "null":
        raise PolicyError(f"{place}: a value is missing")
    if kind in ("int", "float"):
        try:
            return Decimal(text)  # never through a binary float
        except InvalidOperation:
            return text
    return text


def _merge(base: _Marked, over: _Marked) -> _Marked:
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    values = dict(base.value)
    for key, value in over.value.items():
        values[key] = _merge(values[key], value) if key in values else value
    return _Marked(values, over.place, {**base.keys, **over.keys})


def _bare(marked: _Marked, *, as_text: bool = False) -> Any:
    """The values alone. `as_text` leaves numbers as they were typed: an unquoted CNPJ or key must keep its zeros."""
    if isinstance(marked.value, dict):
        return {key: _bare(value, as_text=as_text or key in _TEXT_SECTIONS) for key, value in marked.value.items()}
    if isinstance(marked.value, list):
        return [_bare(item, as_text=as_text) for item in marked.value]
    return marked.text if as_text and isinstance(marked.value, Decimal) else marked.value


def _policy(tree: _Marked, portfolio: str, text: str) -> Policy:
    for key in _COMPUTED:
        if key in tree.value:
            raise PolicyError(f"{tree.keys[key]}: unknown key {key}")
    bare = _bare(tree)
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    try:
        return Policy.model_validate({**bare, "portfolio": portfolio, "version": version})
    except ValidationError as error:
        _refuse(tree, error)


def _refuse(tree: _Marked, error: ValidationError) -> NoReturn:
    faults = sorted(
        (_placed(tree, fault["loc"], fault["type"], fault["msg"]) for fault in error.errors(include_url=False)),
        key=lambda fault: (fault[0].rpartition(":")[0], int(fault[0].rpartition(":")[2])),
    )
    place, message = faults[0]
    raise PolicyError(f"{place}: {message}") from None


def _placed(tree: _Marked, loc: tuple[int | str, ...], kind: str, message: str) -> tuple[str, str]:
    here, place, path = tree, tree.place, ""
    for step in loc:
        known = here.keys.get(str(step)) if isinstance(here.value, dict) else None
        place = known or place
        if isinstance(here.value, dict) and step in here.value:
            here = here.value[step]
            path += f".{step}" if path else str(step)
        elif isinstance(here.value, list) and isinstance(step, int) and step < len(here.value):
            here = here.value[step]
            place = here.place
        else:
            break
    last = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(last, _all_keys(), n=1)
        return place, f"unknown key {last}" + (f", did you mean {close[0]}?" if close and close[0] != last else "")
    if kind == "missing":
        return place, f"{path + '.' if path else ''}{last} is missing"
    return place, f"{path}: {message.removeprefix('Value error, ')}"


def _all_keys() -> list[str]:
    keys = [key for key in Policy.model_fields if key not in _COMPUTED]
    for section in (
        DiscountBand, Instalments, Extension, Promise, Agreements, Boleto, Pix, Identity, Contact, Authority,
        Collector, CreditorTerms,
    ):  # fmt: skip
        keys += section.model_fields
    return keys
