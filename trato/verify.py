"""`trato verify`: what must hold of the stored data, whatever crashed, was repeated or came in the wrong order.

Everything is read in one snapshot, so that the product may go on running. Most of it a constraint or a trigger forbids already; it
is checked all the same, because constraints can be dropped and data restored.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit
from receivables import taxid
from receivables.sealing import SealBroken, Vault
from trato.clock import SystemClock
from trato.settings import Settings

PATIENCE = timedelta(minutes=10)
"""How long work may lie undone while a worker runs."""

_EXAMPLES = 5


@dataclass(frozen=True)
class Invariant:
    """`query` finds what breaks it: one column, `what`, that names a row. `:now` and `:late` (now less our patience) are given.

    One that is only for a worker that runs tells of work left undone, which is no fault while everything is stopped.
    """

    name: str
    says: str
    query: str
    while_a_worker_runs: bool = False


INVARIANTS: Sequence[Invariant] = (
    # ------------------------------------------------------------------------------------- what came in, and its turns
    Invariant(
        "inbox_once",
        "A provider's item is stored twice",
        """select channel || '/' || external_id what from inbox group by channel, account, external_id having count(*) > 1""",
    ),
    Invariant(
        "inbox_transcribed",
        "A message that came in is missing from the transcript",
        """select 'inbox ' || i.id what from inbox i where i.conversation_id is not null
           and not exists (select 1 from transcript t where t.inbox_id = i.id)""",
    ),
    Invariant(
        # A message and its turn change together: either both are being answered or neither is.
        "inbox_in_a_turn",
        "A message counts as being answered, but its turn does not",
        """select 'inbox ' || i.id what from inbox i left join turns t on t.id = i.turn_id
           where i.state = 'turn' and (t.state is distinct from 'open' or t.conversation_id <> i.conversation_id)""",
    ),
    Invariant(
        "inbox_not_left",
        "A message has waited too long for its answer",
        """select 'inbox ' || id what from inbox where state in ('pending', 'turn') and received_at < :late""",
        while_a_worker_runs=True,
    ),
    Invariant(
        "turn_alone",
        "A conversation has several turns at once",
        """select conversation_id what from turns where state = 'open' group by conversation_id having count(*) > 1
           union all select conversation_id from turns group by conversation_id, number having count(*) > 1
           union all select a.id from turns a where a.state = 'open'
               and exists (select 1 from turns b where b.conversation_id = a.conversation_id and b.number > a.number)""",
    ),
    Invariant(
        "turns_apart",
        "A turn began before the one before it had ended",
        """select id what from (select id, started_at, lag(started_at) over w began, lag(done_at) over w ended
               from turns window w as (partition by conversation_id order by number)) t
           where started_at >= began and started_at < ended""",
    ),
    Invariant(
        "turns_in_order",
        "Messages were answered in another order than they came in",
        """select turn_id what from (
               select t.id turn_id, min(i.id) first,
                   max(max(i.id)) over (partition by t.conversation_id order by t.number
                       rows between unbounded preceding and 1 preceding) before
               from turns t join inbox i on i.turn_id = t.id group by t.id, t.conversation_id, t.number) t
           where first < before""",
    ),
    Invariant(
        "effects_once",
        "An action took effect twice in one turn",
        """select turn_id || '/' || action what from action_effects group by turn_id, action, ordinal having count(*) > 1""",
    ),
    Invariant(
        "choices_at_home",
        "A choice was used in another conversation than it was offered in",
        """select c.id what from choices c join turns t on t.id = c.used_turn where t.conversation_id <> c.conversation_id""",
    ),
    # ------------------------------------------------------------------------------------------------- what went out
    Invariant(
        "said_once",
        "The same thing was said twice",
        """select source what from outbox group by tenant_id, source, ordinal having count(*) > 1
           union all select key from outbox group by key having count(*) > 1
           union all select provider_id from outbox where provider_id is not null group by provider_id having count(*) > 1""",
    ),
    Invariant(
        "said_is_transcribed",
        "A message that was said is missing from the transcript",
        """select 'outbox ' || o.id what from outbox o where not exists (select 1 from transcript t where t.outbox_id = o.id)""",
    ),
    Invariant(
        "sent_with_a_proof",
        "A message counts as sent, but neither an answer nor a status of the provider says so",
        """select 'outbox ' || o.id what from outbox o where o.state = 'sent' and o.provider_id is null
           and not exists (select 1 from send_attempts a where a.outbox_id = o.id and a.outcome = 'accepted')
           and not exists (select 1 from delivery_statuses s where s.outbox_id = o.id)""",
    ),
    Invariant(
        # The nth attempt of the parts of one answer follow one another; answers of their own may overtake an unknown one.
        "sent_in_order",
        "The parts of one answer were sent in another order than they were said",
        """select 'outbox ' || id what from (
               select o.id, min(a.id) first, lag(min(a.id)) over (partition by o.tenant_id, o.source order by o.ordinal) before
               from outbox o join send_attempts a on a.outbox_id = o.id
               group by o.id, o.tenant_id, o.source, o.ordinal) t where first < before""",
    ),
    Invariant(
        "not_sent_again_too_soon",
        "A message whose outcome was unknown was sent again within a minute",
        """select 'outbox ' || outbox_id what from (
               select outbox_id, started_at, lag(finished_at) over w ended, lag(outcome) over w outcome
               from send_attempts window w as (partition by outbox_id order by number)) a
           where outcome = 'unknown' and started_at >= ended and started_at < ended + interval '60 seconds'""",
    ),
    Invariant(
        # Five seconds are for a status that comes while the next attempt begins.
        "not_sent_after_it_arrived",
        "A message was sent again after a status had shown that it arrived",
        """select 'outbox ' || a.outbox_id what from send_attempts a join delivery_statuses s on s.outbox_id = a.outbox_id
           where a.number > 1 and s.status in ('sent', 'delivered', 'read', 'played')
           and s.received_at < a.started_at - interval '5 seconds'""",
    ),
    Invariant(
        "sending_ends",
        "A message has been on its way for too long",
        """select 'outbox ' || o.id what from outbox o where o.state = 'sending'
           and not exists (select 1 from send_attempts a where a.outbox_id = o.id and a.started_at >= :late)""",
        while_a_worker_runs=True,
    ),
    Invariant(
        "delivery_never_falls_back",
        "A message shows less than its statuses tell",
        """select distinct 'outbox ' || o.id what from outbox o join delivery_statuses s on s.outbox_id = o.id
           where array_position(array['sent', 'failed', 'delivered', 'read'],
                   case s.status when 'played' then 'read' else s.status end)
               > coalesce(array_position(array['sent', 'failed', 'delivered', 'read'], o.delivery), 0)""",
    ),
    # ------------------------------------------------------------------------------------------- humans and identity
    Invariant(
        "owner_as_handed_over",
        "A conversation's owner is not whom the hand-overs tell",
        """select c.id what from conversations c
           left join handoffs h on h.conversation_id = c.id and h.status in ('waiting', 'taken')
           where c.owner is distinct from case h.status when 'taken' then 'agent' when 'waiting' then 'queue' else 'bot' end
               or c.owner = 'agent' and c.agent_id is distinct from h.agent_id
           union all select conversation_id from handoffs where status in ('waiting', 'taken')
               group by conversation_id having count(*) > 1""",
    ),
    Invariant(
        "bot_silent_under_a_human",
        "The bot spoke while a human had the talk",
        """select 'outbox ' || o.id what from outbox o join handoffs h on h.conversation_id = o.conversation_id
           where o.author = 'bot' and h.taken_at is not null and (
               o.queued_at <= h.taken_at and exists (select 1 from send_attempts a
                   where a.outbox_id = o.id and a.started_at > h.taken_at)
               or o.queued_at > h.taken_at and (h.ended_at is null or o.queued_at < h.ended_at))""",
    ),
    Invariant(
        "handover_is_audited",
        "A human took a talk, but no line in the audit says so",
        """select 'handoff ' || h.id what from handoffs h where h.taken_at is not null and not exists (
               select 1 from audit a where a.what = 'handoff.taken' and a.subject = h.conversation_id)""",
    ),
    Invariant(
        "takeover_fences",
        "Something is stamped with a later change of owner than there was",
        """select 'outbox ' || o.id what from outbox o join conversations c on c.id = o.conversation_id where o.fence > c.fence""",
    ),
    Invariant(
        "personal_words_after_proof",
        "Something personal was said where identity was not proven",
        """select 'outbox ' || o.id what from outbox o where o.needs_proof and not exists (
               select 1 from proofs p where p.conversation_id = o.conversation_id and p.proven_at <= o.queued_at
               and o.queued_at < p.valid_until and (p.void_at is null or p.void_at >= o.queued_at))""",
    ),
    Invariant(
        # Five seconds are for a proof that is made void while a message is on its way.
        "personal_words_not_sent_after_void",
        "Something personal was sent after the proof of identity was void",
        """select 'outbox ' || o.id what from outbox o join send_attempts a on a.outbox_id = o.id
           where o.needs_proof and not exists (
               select 1 from proofs p where p.conversation_id = o.conversation_id and p.proven_at <= a.started_at
               and (p.void_at is null or p.void_at >= a.started_at - interval '5 seconds'))""",
    ),
    Invariant(
        "proof_of_the_debtor",
        "The proof that holds is another debtor's than the conversation's",
        """select c.id what from conversations c join proofs p on p.conversation_id = c.id and p.void_at is null
           where p.debtor_id is distinct from c.debtor_id
           union all select conversation_id from proofs where void_at is null group by conversation_id having count(*) > 1""",
    ),
    # ------------------------------------------------------------------------------------------------------- money
    Invariant(
        "charge_adds_up",
        "A charge is not the sum of what it asks for each debt",
        """select 'charge ' || c.id what from charges c left join charge_items i on i.charge_id = c.id
           group by c.id, c.amount having c.amount <> coalesce(sum(i.amount), 0)
           union all select 'charge ' || charge_id from charge_items where amount <> principal + fine + interest - discount""",
    ),
    Invariant(
        "charge_of_its_debts",
        "A charge and its debts are not of one debtor and one creditor",
        """select 'charge ' || c.id what from charges c join charge_items i on i.charge_id = c.id join debts d on d.id = i.debt_id
           where d.debtor_id <> c.debtor_id or d.creditor_id <> c.creditor_id or i.kind <> c.kind""",
    ),
    Invariant(
        "one_live_charge",
        "A debt has several charges of one kind that can be paid",
        """select 'debt ' || i.debt_id what from charge_items i join charges c on c.id = i.charge_id
           where c.status in ('pending', 'active') group by i.debt_id, c.kind having count(*) > 1
           union all select 'debt ' || i.debt_id from charge_items i join charges c on c.id = i.charge_id
               where i.live <> (c.status in ('pending', 'active'))""",
    ),
    Invariant(
        "part_settles_nothing",
        "A part on account asks for all that was owed, for several debts, or by boleto",
        """select 'charge ' || c.id what from charges c join charge_items i on i.charge_id = c.id
           where c.on_account group by c.id having count(*) > 1 or bool_or(i.kind <> 'pix' or i.discount > 0)""",
    ),
    # ------------------------------------------------------------------------------- what people were promised and told
    Invariant(
        "extension_adds_up",
        "A debt's extension is not the last one that was granted, or does not add up",
        """select 'extension ' || id what from extensions where total <> amount + interest or due_date <= counted_from
           union all select 'debt ' || d.id from debts d left join lateral (select due_date, counted_from from extensions e
               where e.debt_id = d.id order by id desc limit 1) last on true
           where d.extended_to is distinct from last.due_date or d.extended_from is distinct from last.counted_from""",
    ),
    Invariant(
        "extension_is_traced",
        "A last day to pay was moved, but no line in the debt's history says so",
        """select 'extension ' || e.id what from extensions e where not exists (select 1 from debt_changes c
           where c.debt_id = e.debt_id and c.source = 'extension:' || e.protocol)""",
    ),
    Invariant(
        "one_open_promise",
        "A debt has several open promises, or one of another debtor",
        """select 'debt ' || d.debt_id what from promise_debts d join promises p on p.id = d.promise_id where p.status = 'open'
               group by d.debt_id having count(*) > 1
           union all select 'promise ' || p.id from promises p join promise_debts d on d.promise_id = p.id
               join debts o on o.id = d.debt_id where o.debtor_id <> p.debtor_id or d.live <> (p.status = 'open')""",
    ),
    Invariant(
        "promise_judged",
        "A promise has waited too long to be called kept or broken",
        """select 'promise ' || id what from promises where status = 'open'
           and keep_until + 2 < (cast(:late as timestamptz) at time zone 'America/Sao_Paulo')::date""",
        while_a_worker_runs=True,
    ),
    Invariant(
        "disputed_debts_rest",
        "A debt under dispute does not rest, or one rests without a dispute",
        """select 'debt ' || d.debt_id what from dispute_debts d join disputes p on p.id = d.dispute_id
               join debts o on o.id = d.debt_id where d.live and o.status not in ('disputed', 'paid', 'closed')
               or d.live <> (p.status = 'open') or o.debtor_id <> p.debtor_id
           union all select 'debt ' || o.id from debts o where o.status = 'disputed'
               and not exists (select 1 from dispute_debts d where d.debt_id = o.id and d.live)""",
    ),
    Invariant(
        "claim_of_its_debtor",
        "What somebody says of a payment is about another debtor's debt or payment",
        """select 'claim ' || p.id what from payment_claims p join claim_debts d on d.claim_id = p.id
               join debts o on o.id = d.debt_id where o.debtor_id <> p.debtor_id
           union all select 'claim ' || p.id from payment_claims p join payments y on y.id = p.payment_id
               where y.debtor_id is distinct from p.debtor_id""",
    ),
    Invariant(
        "paid_debts_are_not_charged",
        "A debt that is paid can be paid again",
        """select 'debt ' || d.id what from debts d join charge_items i on i.debt_id = d.id join charges c on c.id = i.charge_id
           where d.status = 'paid' and c.status in ('pending', 'active')""",
    ),
    Invariant(
        "paid_charge_has_a_payment",
        "A charge counts as paid, but no payment says so",
        """select 'charge ' || c.id what from charges c where c.status = 'paid'
           and not exists (select 1 from payments p where p.charge_id = c.id and (p.status <> 'partial' or c.on_account and p.amount >= c.amount))""",
    ),
    Invariant(
        "payment_once",
        "A payment is recorded twice",
        """select 'payment ' || end_to_end_id what from payments group by end_to_end_id having count(*) > 1
           union all select 'charge ' || charge_id from payments where status = 'applied' group by charge_id having count(*) > 1""",
    ),
    Invariant(
        "payment_of_its_charge",
        "A payment is not of the charge that it is booked on",
        """select 'payment ' || p.end_to_end_id what from payments p left join charges c on c.id = p.charge_id
           where p.status = 'unmatched' and p.charge_id is not null or p.status <> 'unmatched' and (c.id is null
               or p.debtor_id is distinct from c.debtor_id or p.txid is distinct from c.txid or p.means <> c.kind)""",
    ),
    Invariant(
        "no_payment_dropped",
        "A payment that the provider confirmed was not recorded",
        """select 'notice ' || n.id what from payment_notices n where n.state = 'done' and n.body ->> 'refund_id' is null
           and n.provider <> 'boleto' and not exists (select 1 from payments p
               where p.end_to_end_id = coalesce(n.body ->> 'end_to_end_id', split_part(n.external_id, '/', 1)))""",
    ),
    Invariant(
        "no_boleto_payment_dropped",
        "Less is recorded of a boleto than its bank told and confirmed",
        """select 'notice ' || n.id what from payment_notices n where n.provider = 'boleto' and n.state = 'done'
           and (n.body -> 'told' ->> 'received')::bigint > (select coalesce(sum(p.amount), 0) from payments p
               where p.means = 'boleto' and split_part(p.end_to_end_id, '.', 1) = n.txid)""",
    ),
    Invariant(
        "boleto_says_what_it_costs",
        "A boleto's line is not one of its amount",
        """select 'charge ' || id what from charges where kind = 'boleto' and code is not null
           and (right(code, 10)::bigint <> amount or substr(barcode, 10, 10)::bigint <> amount or length(code) <> 47)""",
    ),
    Invariant(
        "payment_goes_somewhere",
        "A payment is not the sum of where it went",
        """select 'payment ' || p.end_to_end_id what from payments p left join allocations a on a.payment_id = p.id
           group by p.id, p.end_to_end_id, p.amount having p.amount <> coalesce(sum(a.amount), 0)""",
    ),
    Invariant(
        "payment_is_audited",
        "A payment that changed a debt has no line in the audit",
        """select 'payment ' || p.end_to_end_id what from payments p where p.status <> 'unmatched' and not exists (
               select 1 from audit a where a.what = 'payment.recorded' and a.subject = 'payment:' || p.end_to_end_id)""",
    ),
    Invariant(
        "payment_is_traced",
        "A payment changed a debt without a trace in its history",
        """select distinct 'debt ' || a.debt_id what from allocations a join payments p on p.id = a.payment_id
           where a.debt_id is not null and not exists (select 1 from debt_changes c
               where c.debt_id = a.debt_id and c.source = 'payment:' || p.end_to_end_id)""",
    ),
    Invariant(
        "debt_paid_total",
        "What a debt says was paid on it is not what its payments come to",
        """select 'debt ' || d.id what from debts d left join allocations a on a.debt_id = d.id
           group by d.id, d.paid_total having d.paid_total <> coalesce(sum(a.amount), 0)""",
    ),
    Invariant(
        # What a settlement lets off is no allocation, so a settled debt has nothing left whatever its payments come to.
        "debt_principal",
        "What is left of a debt is not what its payments leave",
        """select 'debt ' || d.id what from debts d
           left join allocations a on a.debt_id = d.id and a.part = 'principal'
           group by d.id, d.principal_left, d.settled_at, d.original_amount
           having d.principal_left <> case when d.settled_at is null then d.original_amount - coalesce(sum(a.amount), 0) else 0 end
           union all select 'debt ' || id from debts where charges_left < 0 or principal_left < 0""",
    ),
    Invariant(
        "paid_debt_was_paid",
        "A debt counts as paid, but it is not settled by a payment",
        """select 'debt ' || d.id what from debts d where d.status = 'paid' and (d.principal_left <> 0 or d.charges_left <> 0
           or d.settled_at is null or not exists (select 1 from allocations a where a.debt_id = d.id))""",
    ),
    Invariant(
        "debt_named_once",
        "A creditor's reference names two debts, or a document two debtors",
        """select reference what from debts group by tenant_id, creditor_id, reference having count(*) > 1
           union all select 'debtor ' || min(id) from debtors group by tenant_id, document_index having count(*) > 1""",
    ),
    # -------------------------------------------------------------------------------------------------- agreements
    Invariant(
        "agreement_adds_up",
        "An agreement is not the sum of its instalments, or not of its debts",
        """select 'agreement ' || a.id what from agreements a where a.gross - a.discount + a.interest <> a.total
               or a.total <> (select coalesce(sum(i.amount), 0) from agreement_instalments i where i.agreement_id = a.id)
               or a.total <> (select coalesce(sum(d.share), 0) from agreement_debts d where d.agreement_id = a.id)
               or a.down_payment <> (select coalesce(sum(i.amount), 0) from agreement_instalments i
                   where i.agreement_id = a.id and i.number = 0)
               or a.count <> (select count(*) from agreement_instalments i where i.agreement_id = a.id and i.number > 0)""",
    ),
    Invariant(
        "one_live_agreement",
        "A debt is in several live agreements, or its status does not tell of the one it is in",
        """select 'debt ' || d.debt_id what from agreement_debts d join agreements a on a.id = d.agreement_id
           where a.status = 'active' group by d.debt_id having count(*) > 1
           union all select 'debt ' || d.debt_id from agreement_debts d join agreements a on a.id = d.agreement_id
               where d.live <> (a.status = 'active')
           union all select 'debt ' || d.id from debts d
               left join (agreement_debts p join agreements a on a.id = p.agreement_id and a.status = 'active') on p.debt_id = d.id
               where (d.status = 'agreed' and a.id is null) or (a.id is not null and d.status not in ('agreed', 'disputed'))""",
    ),
    Invariant(
        "agreement_of_its_offer",
        "What was agreed on is not what was offered and shown",
        """select 'agreement ' || a.id what from agreements a join offers o on o.id = a.offer_id
           where o.status <> 'accepted' or a.terms <> o.terms or a.terms_hash <> o.terms_hash
               or a.shown_text is distinct from o.shown_text or a.policy_version <> o.policy_version
               or a.debtor_id <> o.debtor_id or a.accepted_at < o.made_at or a.accepted_at >= o.expires_at
               or encode(sha256(convert_to(a.shown_text, 'UTF8')), 'hex') <> a.shown_hash
               or (a.terms ->> 'total')::bigint <> a.total
           union all select o.id from offers o where o.status = 'accepted'
               and not exists (select 1 from agreements a where a.offer_id = o.id)""",
    ),
    Invariant(
        "agreement_was_shown",
        "An agreement rests on a message that was not said",
        """select 'agreement ' || a.id what from agreements a where a.accepted_how <> 'desk' and not exists (
               select 1 from outbox o where strpos(o.words, a.shown_text) > 0
               and (o.provider_id = any(a.shown_message_ids) or o.key = any(a.shown_message_ids)))""",
    ),
    Invariant(
        "agreement_is_audited",
        "An agreement was made without a line in the audit",
        """select 'agreement ' || a.id what from agreements a where not exists (
               select 1 from audit l where l.what = 'agreement.accepted' and l.subject = 'agreement:' || a.id)""",
    ),
    Invariant(
        "instalments_as_paid",
        "What is left of an instalment is not what its payments leave",
        """select 'instalment ' || i.id what from agreement_instalments i
           left join instalment_payments p on p.instalment_id = i.id
           group by i.id, i.status, i.amount, i.amount_left, i.charges_left
           having i.status = 'paid' and (i.amount_left <> 0 or coalesce(sum(p.principal + p.let_off), 0) < i.amount)
               or i.status <> 'paid' and i.amount_left <> i.amount - coalesce(sum(p.principal), 0)""",
    ),
    Invariant(
        "agreement_as_paid",
        "What was paid on the debts of an agreement is not what was paid on its instalments",
        """select 'agreement ' || a.id what from agreements a
           where (select coalesce(sum(d.paid), 0) from agreement_debts d where d.agreement_id = a.id)
               <> (select coalesce(sum(p.principal + p.charges), 0) from instalment_payments p
                   join agreement_instalments i on i.id = p.instalment_id where i.agreement_id = a.id)""",
    ),
    Invariant(
        "agreement_ended_as_told",
        "An agreement's status is not what its instalments tell",
        """select distinct 'agreement ' || a.id what from agreements a join agreement_instalments i on i.agreement_id = a.id
           where a.status = 'active' and i.status = 'cancelled' or a.status <> 'active' and i.status in ('open', 'late')
               or a.status = 'cancelled' and i.status = 'paid'
           union all select 'agreement ' || a.id from agreements a where a.status = 'active'
               and not exists (select 1 from agreement_instalments i where i.agreement_id = a.id and i.status in ('open', 'late'))""",
    ),
    Invariant(
        "charge_of_its_instalments",
        "A charge asks for an instalment something else than it asks for its debts, or one that needs no paying",
        """select 'charge ' || c.id what from charges c join charge_instalments i on i.charge_id = c.id
           group by c.id, c.amount having c.amount <> sum(i.amount)
           union all select 'charge ' || c.id from charges c join charge_instalments i on i.charge_id = c.id
               join agreement_instalments n on n.id = i.instalment_id
               where c.status in ('pending', 'active') and n.status in ('paid', 'cancelled')""",
    ),
    # --------------------------------------------------------------------------------------------- people and conduct
    Invariant(
        "stopped_is_stopped",
        "Something nobody asked for was said to somebody who had stopped our messages",
        """select 'outbox ' || o.id what from outbox o join opt_outs s on s.conversation_id = o.conversation_id
           where o.unasked and o.queued_at > s.since and (s.lifted_at is null or o.queued_at < s.lifted_at)""",
    ),
    Invariant(
        "rest_is_respected",
        "Somebody whose collection stands still was reminded of something",
        """select 'outbox ' || o.id what from outbox o join conversations c on c.id = o.conversation_id
           join collection_pauses p on p.debtor_id = c.debtor_id
           where o.unasked and o.response in ('utter_reminder_promise', 'utter_reminder_instalment') and o.queued_at > p.since
           and (p.lifted_at is null or o.queued_at < p.lifted_at) and (p.until is null or o.queued_at < p.until)""",
    ),
    Invariant(
        "scheduled_was_said",
        "A scheduled message counts as sent, but nothing was said",
        """select key what from scheduled_messages m where m.state = 'sent'
           and not exists (select 1 from outbox o where o.source = 'journey:' || m.key)""",
    ),
    Invariant(
        "requests_in_time",
        "A request has no day by which it is answered, or is answered without a trace of who did it",
        """select protocol what from requests where due_on <= (asked_at at time zone 'America/Sao_Paulo')::date
           or (status = 'open') <> (done_at is null) or (done_at is null) <> (done_by is null)
           or kind like 'data%' and due_on > (asked_at at time zone 'America/Sao_Paulo')::date + 15""",
    ),
    Invariant(
        "request_is_audited",
        "A request has no line in the audit",
        """select protocol what from requests r where not exists (
               select 1 from audit a where a.what = 'request.made' and a.subject = 'request:' || r.protocol)""",
    ),
    # -------------------------------------------------------------------------------------------------------- Rasa
    Invariant(
        "memory_of_its_conversation",
        "Rasa's memory of a conversation ends with another one's turn",
        """select r.conversation_id what from rasa_trackers r join turns t on t.id = r.last_turn
           where t.conversation_id <> r.conversation_id""",
    ),
)

# Where a document in clear has no place. Written with its dots, it cannot be taken for a telephone.
_CPF = r"\d{3}\.\d{3}\.\d{3}-\d{2}"
_MASKED = {
    "a transcript": "select 'line ' || id what, text content from transcript where text ~ :cpf",
    "a turn": "select id what, text content from turns where text ~ :cpf",
    "Rasa's memory": "select conversation_id what, snapshot::text content from rasa_trackers where snapshot::text ~ :cpf",
    "Rasa's events": "select conversation_id what, event::text content from rasa_events where event::text ~ :cpf",
    "the audit": "select 'line ' || id what, detail::text content from audit where detail::text ~ :cpf",
}


async def run(settings: Settings, engine: AsyncEngine, say: Callable[[str], None]) -> int:
    """Check everything and say what is broken, a line each, or that all is well; returns the exit code."""
    clock = SystemClock()
    async with engine.connect() as conn:
        await clock.refresh(conn)
    broken = await find_broken(engine, Vault(settings.secret_keys), clock.now())
    for sentence in broken:
        say(sentence)
    if not broken:
        say(f"ok: {len(INVARIANTS) + 3} invariants hold.")
    return 1 if broken else 0


async def find_broken(engine: AsyncEngine, vault: Vault, now: datetime) -> list[str]:
    """A sentence for each invariant that does not hold: its name, what is broken, how often, and the first few places."""
    broken: list[str] = []
    async with _snapshot(engine) as conn:
        working = await _worker_runs(conn)
        for invariant in INVARIANTS:
            if invariant.while_a_worker_runs and not working:
                continue
            found = await conn.execute(text(invariant.query), _wanted(invariant.query, now))
            broken += _sentence(invariant.name, invariant.says, list(found.scalars()))
        broken += _sentence("documents_masked", "A document stands in clear where it has no place", await _in_clear(conn))
        broken += _sentence("documents_sealed", "A debtor's document cannot be read", await _unreadable(conn, vault))
        broken += _sentence("audit_chain", "The audit was changed after it was written", await audit.check_chain(conn))
    return broken


@asynccontextmanager
async def _snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as plain:
        conn = await plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield conn


def _wanted(query: str, now: datetime) -> dict[str, datetime]:
    return {name: value for name, value in {"now": now, "late": now - PATIENCE}.items() if f":{name}" in query}


def _sentence(name: str, says: str, places: Sequence[str]) -> list[str]:
    if not places:
        return []
    shown = ", ".join(str(place) for place in places[:_EXAMPLES])
    more = f" and {len(places) - _EXAMPLES} more" if len(places) > _EXAMPLES else ""
    return [f"{name}: {says}: {shown}{more}."]


async def _worker_runs(conn: AsyncConnection) -> bool:
    """Heartbeats are written in the database's own time."""
    if (await conn.execute(text("select to_regclass('procrastinate_workers')"))).scalar_one() is None:
        return False
    alive = await conn.execute(
        text("select 1 from procrastinate_workers where last_heartbeat > now() - interval '15 seconds' limit 1")
    )
    return alive.first() is not None


async def _in_clear(conn: AsyncConnection) -> list[str]:
    places = []
    for where, query in _MASKED.items():
        async for row in await conn.stream(text(query), {"cpf": _CPF}):
            if any(taxid.is_cpf(taxid.bare(found)) for found in re.findall(_CPF, row.content)):
                places.append(f"{row.what} of {where}")
    return places


async def _unreadable(conn: AsyncConnection, vault: Vault) -> list[str]:
    places = []
    async for row in await conn.stream(text("select id, kind, document_sealed, document_index from debtors order by id")):
        try:
            document = vault.open(row.document_sealed, "document")
        except SealBroken:
            places.append(f"debtor {row.id} (sealed with another key)")
            continue
        kind = "person" if taxid.is_cpf(document) else "company" if taxid.is_cnpj(document) else None
        if kind != row.kind or vault.index(f"document:{document}") != bytes(row.document_index):
            places.append(f"debtor {row.id} (found under another document)")
    return places
