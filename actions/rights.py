"""A person's rights over their own data (LGPD art. 18): each with a protocol and the law's fifteen days, most of them at once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from actions.heard import is_question, yes_or_no
from actions.proving import FORM, ask_next, proven
from actions.scene import Scene, Topic
from actions.which_debt import payable
from conversations import audit
from conversations.reply import last_response
from conversations.requests import Request, add_words, newest_request, register
from payments.personal_data import gather, personal_data
from receivables.store import debts_of
from understanding.data_rights import DataRight, data_right
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.values import read_values

CORRECTION = "corrigir_cadastro"
"""The name under which the wish to have one's own data corrected waits for identity; it is no intent."""

_FOR_ANYBODY: frozenset[DataRight] = frozenset({"general", "objection", "leak", "menu"})
"""What is answered to whoever asks, and tells of nobody."""


class DataRights(Topic):
    """\"Quais dados vocês têm?\", \"apaga meus dados\", \"quem passou meu número?\"."""

    def name(self) -> str:
        return "action_data_rights"

    async def act(self, scene: Scene) -> None:
        await claim_right(scene)


async def claim_right(scene: Scene) -> None:
    """Answer what is everybody's; for what is one person's own, know first who asks."""
    right = _right(scene)
    if right in _FOR_ANYBODY:
        await _answer_anybody(scene, right)
        return
    if scene.form is not None and await scene.proof() is None:
        _want_too(scene)
        scene.say("utter_identity_first")
        return
    if await scene.proof() is None and scene.turn.given.empty:
        scene.say("utter_data_not_sold" if _SELLS.search(plain(scene.words)) else "utter_data_first")
    if await proven(scene, "direitos_lgpd"):
        await give_right(scene)


def _want_too(scene: Scene) -> None:
    """Another right beside the one that waits for identity is done after it, and the first is not forgotten."""
    words = str(scene.slots.get("wanted_words") or "")
    if scene.slots.get("wanted") != "direitos_lgpd" or scene.slots.get("wanted_turn") == scene.turn.id:
        scene.want("direitos_lgpd")
        return
    more = [one for one in scene.slots.get("wanted_more") or () if one["words"] != scene.turn.text]
    if scene.turn.text and scene.turn.text != words:
        scene.set_slot("wanted_more", [*more, {"intent": "direitos_lgpd", "words": scene.turn.text}])


async def contact_corrected(scene: Scene) -> bool:
    """ "Trocar meu e-mail para…", "mudei de endereço": kept and read back; "o e-mail trocou?" is told how far it is. False: neither."""
    said = plain(scene.turn.text or "")
    if scene.intent in _NEVER_CORRECTS or scene.form is not None or await scene.proof() is None:
        return False
    if scene.intent == "nao_sou_a_pessoa" and _ANOTHER_PERSON.search(said):
        return False
    if is_question(scene) and _CHANGED.search(said):
        kept = await newest_request(scene.conn, scene.conversation.id, "data_correction")
        last = await last_response(scene.conn, scene.conversation.id) or ""
        if kept is None or kept.status != "open" or not (last.startswith("utter_data_correction") or _DATA.search(said)):
            return False
        scene.say("utter_data_correction_waits", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
        return True
    told = _told_right(scene) is not None
    # "Moro na Rua das Acácias" is an address, and nobody without a roof.
    if scene.intent == "vulnerabilidade" and (not told or distress(said) is not None):
        return False
    if not is_question(scene) and _MOVED.search(said) and scene.intent not in _NEVER_MOVED:
        await correct_personal(scene)  # "mudei de telefone, esse aqui é o novo"
        return True
    if is_question(scene) or not _CORRECTS.search(said) or not (told or scene.intent in _MAY_CORRECT):
        return False
    await correct_personal(scene)
    return True


_NEVER_MOVED = frozenset(
    "parar_mensagens vulnerabilidade contestar_divida falar_com_humano preferencia_contato suspeita_golpe".split()
)
_NEVER_CORRECTS = frozenset("parar_mensagens suspeita_golpe contestar_divida".split())
_ANOTHER_PERSON = re.compile(r"\b(?:nao sou|nao e (?:meu|minha|comigo)|engano|errad\w+|outra pessoa|nao conheco|de outr\w+)\b")
_MAY_CORRECT = frozenset("fora_de_escopo nlu_fallback corrigir_informacao informar_cpf responder".split())
_DATA = re.compile(r"\b(?:e ?-?mail|telefone|celular|numero|zap|enderec\w+|nome|cadastro|cep)\b")
_CHANGED = re.compile(
    r"\b(?:troc(?:ou|aram)|mud(?:ou|aram)|alter(?:ou|aram)|atualiz(?:ou|aram)|corrigi(?:u|ram)|(?:foi|ta|esta|ficou) (?:\w+ )?(?:trocad\w|mudad\w|alterad\w|atualizad\w|corrigid\w|cert\w|anotad\w))\b"
)
_MOVED = re.compile(
    r"\b(?:mudei|troquei) (?:de|o|meu|o meu) (?:e ?-?mail|telefone|celular|numero|zap|chip|enderec\w+|nome|sobrenome)\b|\bmeu (?:e ?-?mail|telefone|celular|numero|zap|enderec\w+)(?: (?:tb|tbm|tambem|ja|agora))* (?:mudou|trocou|e outro|ta errado|esta errado)\b"
)
_CORRECTS = re.compile(
    r"\b(?:troc\w+|mud\w+|alter\w+|atualiz\w+|corrig\w+|corrij\w+|acert\w+|cadastr\w+) (?:\w+ ){0,3}(?:e ?-?mail|telefone|celular|enderec\w+|cep|meu nome|sobrenome)\b"
    r"|\b(?:meu|minha) (?:\w+ )?(?:e ?-?mail|telefone|celular|enderec\w+|cep) (?:agora |novo |certo |correto |mudou|e |eh )"
)


async def right_while_asked(scene: Scene) -> bool:
    """ "Apaguem", while it is asked who claims a right over their data: the words mean another right. False: they mean none."""
    said = scene.turn.text or ""
    if scene.slots.get("wanted") != "direitos_lgpd" or not _ONLY_THAT.fullmatch(plain(said)) or await scene.proof() is not None:
        return False
    _want_too(scene)
    scene.say("utter_identity_first")
    if scene.form is None:
        ask_next(scene, None)
        scene.set_slot("identity_proven", None)
        scene.then(FORM)
    return True


_ONLY_THAT = re.compile(
    r"(?:e |entao |depois |agora |quero que |pode |podem )*(?:apag\w+|exclu\w+|delet\w+|elimin\w+|corrij\w+|corrig\w+)(?: (?:tudo|eles|isso|tambem|todos|meus dados))*"
)
_SELLS = re.compile(r"\b(?:vend(?:em|eu|eram|e|ido|idos)|comerci\w+)\b")


def _right(scene: Scene) -> DataRight:
    wished = scene.wish_arguments.get("wish") or scene.turn.arguments.get("wish")
    return wished or data_right(scene.words)


async def _answer_anybody(scene: Scene, right: DataRight) -> None:
    if right in ("objection", "leak"):
        proof = await scene.proof()
        kept = await register(
            scene.conn,
            scene.ground,
            scene.conversation,
            "complaint" if right == "leak" else "data_erasure",
            scene.turn.id,
            debtor_id=proof.debtor_id if proof else None,
            words=scene.words,
        )
        joined = right == "objection" and not kept.new
        scene.say(
            "utter_data_objection_joined" if joined else f"utter_data_{right}",
            protocol=kept.protocol,
            due={"date": kept.due_on.isoformat()},
        )
    else:
        scene.say(f"utter_data_{right}")


async def give_right(scene: Scene) -> None:
    """Do what was asked for, now that it is known whose data they are."""
    right = _right(scene)
    await _RIGHTS.get(right, _menu)(scene)


async def _menu(scene: Scene) -> None:
    scene.say("utter_data_menu")


async def _access(scene: Scene) -> None:
    """What is kept, in short; all of it comes as a copy."""
    data = await gather(scene.conn, scene.till, await _debtor_id(scene))
    who = data["titular"]
    kept = await _registered(scene, "data_access", done="told in the talk")
    there = {
        "nome": True,
        "CPF ou CNPJ": True,
        "data de nascimento": who["nascimento"],
        "e-mail": who["email"],
        "endereço": who["endereco"],
        f"telefones ({len(data['telefones'])})": data["telefones"],
        f"contas ({len(data['contas'])})": data["contas"],
        f"pagamentos ({len(data['pagamentos'])})": data["pagamentos"],
        f"mensagens desta e de outras conversas ({len(data['mensagens'])})": data["mensagens"],
    }
    scene.say(
        "utter_data_access",
        kinds=[{"what": what} for what, found in there.items() if found],
        creditors=_sources(data["contas"]),
        protocol=kept.protocol,
        due={"date": kept.due_on.isoformat()},
    )


async def _copy(scene: Scene) -> None:
    debtor_id = await _debtor_id(scene)
    files = await personal_data(scene.conn, scene.till, debtor_id)
    if not files:
        kept = await _registered(scene, "data_copy")
        scene.say("utter_data_copy_later", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
        return
    kept = await _registered(scene, "data_copy", done="files given in the talk")
    scene.say("utter_data_copy", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
    for file in files:
        scene.say("utter_data_file_json" if file["filename"].endswith(".json") else "utter_data_file_pdf", file=file)
    detail = {"count": len(files), "protocol": kept.protocol}
    tenant = scene.conversation.tenant_id
    await audit.record(scene.conn, "bot", "personal_data.given", f"debtor:{debtor_id}", detail, scene.now, tenant_id=tenant)


async def _correction(scene: Scene) -> None:
    kept = await _registered(scene, "data_correction")
    values = {"protocol": kept.protocol, "due": {"date": kept.due_on.isoformat()}}
    told = _told_right(scene)
    if told is not None:
        if not kept.new:
            await add_words(scene.conn, scene.ground, kept.id, scene.words)
        scene.say("utter_data_correction_kept", told=told, **values)
        return
    if not kept.new and is_question(scene):
        scene.say("utter_data_correction_waits", **values)
        return
    scene.ask("correction_words", request=kept.id)
    scene.say("utter_data_correction" if kept.new else "utter_data_correction_more", **values)


def _told_right(scene: Scene) -> str | None:
    """How it is right, as far as it was written: an address of e-mail, a telephone, a street; None: not said yet."""
    values = read_values(scene.words, scene.today)
    if values.emails:
        return f"e-mail {values.emails[-1].value}"
    if values.phones:
        return f"telefone {values.phones[-1].value}"
    street = _ADDRESS.search(scene.words)
    return f"endereço {street[1].strip(' .,')}" if street else None


_ADDRESS = re.compile(r"\b((?:rua|r\.|avenida|av\.?|travessa|alameda|praça|praca|estrada|rodovia)\s+\S.{2,90})", re.IGNORECASE)


async def _correction_told(scene: Scene) -> bool:
    """What is wrong, and how it is right, told after the request was registered: kept with it."""
    assert scene.question is not None
    said = (scene.turn.text or "").strip()
    if not said or yes_or_no(scene) is not None or scene.intent in _NO_CORRECTION or "?" in said:
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "data_correction")
    if kept is None or kept.id != scene.question.arguments.get("request") or kept.status != "open":
        return False
    await add_words(scene.conn, scene.ground, kept.id, said)
    scene.ask(None)
    scene.say("utter_data_correction_told", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
    return True


_NO_CORRECTION = frozenset("agradecer despedir saudar cancelar negar afirmar".split())


async def _erasure(scene: Scene) -> None:
    kept = await _registered(scene, "data_erasure")
    scene.say(
        "utter_data_erasure" if kept.new else "utter_data_erasure_joined",
        protocol=kept.protocol,
        due={"date": kept.due_on.isoformat()},
    )


async def _sharing(scene: Scene) -> None:
    debts = await debts_of(scene.conn, await _debtor_id(scene))
    kept = await _registered(scene, "data_sharing", done="told in the talk")
    creditors = sorted({debt.creditor_name for debt in debts})
    scene.say(
        "utter_data_sharing", creditors=" e ".join(creditors), protocol=kept.protocol, due={"date": kept.due_on.isoformat()}
    )


async def _review(scene: Scene) -> None:
    kept = await _registered(scene, "data_review")
    scene.say("utter_data_review", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})


async def erase_too(scene: Scene) -> bool:
    """ "E depois apaga tudo", right after what is kept was told or given: the erasure of it, and no giving up."""
    if not _ERASES.search(plain(scene.turn.text or "")) or await scene.proof() is None:
        return False
    if not (await last_response(scene.conn, scene.conversation.id) or "").startswith(
        ("utter_data_access", "utter_data_copy", "utter_data_file_")
    ):
        return False
    await _erasure(scene)
    return True


_ERASES = re.compile(
    r"\b(?:apag\w+|exclu\w+|delet\w+|elimin\w+|remov\w+|some com|limp\w+|descart\w+)\b(?!.{0,30}\b(?:mensage\w+|msgs?)\b)"
)


_RIGHTS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "access": _access,
    "copy": _copy,
    "correction": _correction,
    "erasure": _erasure,
    "sharing": _sharing,
    "review": _review,
}


async def correct_personal(scene: Scene) -> None:
    """\"Meu nome está errado\", \"mudei de telefone\": kept for the team, which checks before it changes anything."""
    if await proven(scene, CORRECTION):
        await _correction(scene)


async def _registered(scene: Scene, kind: str, *, done: str | None = None) -> Request:
    return await register(
        scene.conn,
        scene.ground,
        scene.conversation,
        kind,
        scene.turn.id,
        debtor_id=await _debtor_id(scene),
        words=scene.words,
        done=done,
    )


async def _debtor_id(scene: Scene) -> int:
    return (await payable(scene))[0].id


def _sources(debts: list[dict[str, str]]) -> str:
    return " e ".join(sorted({debt["credor"] for debt in debts})) or "nenhuma empresa hoje"


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {"correction_words": _correction_told}

topics = (DataRights,)
