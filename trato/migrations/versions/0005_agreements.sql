-- Agreements, their instalments, and proposals that a human judges.

-- The offer on the table: what was computed for whom, under which policy, and the very text in which it was shown. An offer is
-- accepted once at most; a new one in the same talk takes the place of the one before it.
create table offers (
    id text primary key check (id ~ '^of_[0-9A-Za-z_-]{16,40}$'),
    tenant_id smallint not null default 1 references tenants,
    conversation_id text,
    debtor_id bigint not null,
    creditor_id bigint not null,
    portfolio text not null,
    -- `policy`: a plan that the policy allows; `authority`: one that a human allowed beyond it.
    basis text not null default 'policy' check (basis in ('policy', 'authority')),
    -- Amounts, count, dates and what they come from: see receivables.offers.terms_json. The hash is of its canonical text.
    terms jsonb not null,
    terms_hash text not null check (terms_hash ~ '^[0-9a-f]{64}$'),
    policy_version text not null check (policy_version <> ''),
    -- The message that showed it: its words and their hash, and the turn or event it was said by.
    shown_text text,
    shown_hash text check (shown_hash ~ '^[0-9a-f]{64}$'),
    shown_source text,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'replaced', 'declined', 'expired')),
    closed_at timestamptz,
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, creditor_id) references creditors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (expires_at > made_at),
    check ((shown_text is null) = (shown_hash is null)),
    check ((status = 'open') = (closed_at is null))
);
create unique index one_offer_on_the_table on offers (conversation_id, debtor_id) where status = 'open' and conversation_id is not null;
create index on offers (debtor_id);

create table offer_debts (
    offer_id text not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    primary key (offer_id, debt_id),
    foreign key (tenant_id, offer_id) references offers (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);

create table agreements (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    protocol text not null unique check (protocol <> ''),
    debtor_id bigint not null,
    creditor_id bigint not null,
    portfolio text not null,
    conversation_id text,
    -- One offer makes one agreement, whatever the channel and however often it is accepted.
    offer_id text not null unique references offers,
    status text not null default 'active' check (status in ('active', 'fulfilled', 'broken', 'cancelled')),
    -- gross - discount + interest = total = the sum of its instalments (number 0 is the down payment).
    gross bigint not null check (gross > 0),
    discount bigint not null check (discount >= 0),
    interest bigint not null check (interest >= 0),
    total bigint not null check (total > 0),
    down_payment bigint not null check (down_payment >= 0),
    count int not null check (count >= 1),
    -- What was accepted and how: the text as it was shown, its hash, the messages that showed it, the message that said yes.
    policy_version text not null,
    terms jsonb not null,
    terms_hash text not null check (terms_hash ~ '^[0-9a-f]{64}$'),
    shown_text text not null check (shown_text <> ''),
    shown_hash text not null check (shown_hash ~ '^[0-9a-f]{64}$'),
    shown_message_ids text[] not null check (cardinality(shown_message_ids) > 0),
    accepted_how text not null check (accepted_how in ('tap', 'words', 'desk')),
    accepted_words text,
    accepted_message_ids text[] not null,
    accepted_at timestamptz not null,
    moved_times int not null default 0 check (moved_times >= 0),
    skipped_times int not null default 0 check (skipped_times >= 0),
    ended_at timestamptz,
    ended_why text,
    -- When the debtor was told that it broke.
    told_at timestamptz,
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, creditor_id) references creditors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (gross - discount + interest = total),
    check (down_payment < total),
    check ((status = 'active') = (ended_at is null))
);
create index on agreements (debtor_id);
create index on agreements (status) where status = 'active';

create table agreement_debts (
    agreement_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    -- This debt's part of the agreement: gross - discount + interest = share. The shares sum to the total.
    gross bigint not null check (gross >= 0),
    discount bigint not null check (discount >= 0),
    interest bigint not null check (interest >= 0),
    share bigint not null check (share > 0),
    paid bigint not null default 0 check (paid >= 0),
    -- The debt as it was before: what breaking gives back.
    principal_before bigint not null check (principal_before >= 0),
    charges_before bigint not null check (charges_before >= 0),
    charged_until_before date,
    fine_charged_before boolean not null,
    live boolean not null default true,
    primary key (agreement_id, debt_id),
    foreign key (tenant_id, agreement_id) references agreements (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id),
    check (gross - discount + interest = share)
);
-- One live agreement for each debt, whatever the channel and the double tap.
create unique index one_live_agreement on agreement_debts (debt_id) where live;
create index on agreement_debts (debt_id);

create table agreement_instalments (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    agreement_id bigint not null,
    number int not null check (number >= 0),
    amount bigint not null check (amount > 0),
    principal bigint not null check (principal >= 0),
    interest bigint not null check (interest >= 0),
    agreed_due_date date not null,
    due_date date not null,
    status text not null default 'open' check (status in ('open', 'paid', 'late', 'cancelled')),
    -- What payments leave of it, as of a debt (receivables.owed.DebtState): the late ones bear fine and interest.
    amount_left bigint not null check (amount_left >= 0),
    charges_left bigint not null default 0 check (charges_left >= 0),
    charged_until date,
    fine_charged boolean not null default false,
    moved_times int not null default 0,
    skipped_times int not null default 0,
    paid_at timestamptz,
    told_late_at timestamptz,
    unique (agreement_id, number),
    unique (tenant_id, id),
    foreign key (tenant_id, agreement_id) references agreements (tenant_id, id),
    check (principal + interest = amount),
    check (amount_left <= amount),
    check ((status = 'paid') = (paid_at is not null)),
    check (status <> 'paid' or (amount_left = 0 and charges_left = 0))
);
create index on agreement_instalments (due_date) where status in ('open', 'late');

-- What a charge asks for the instalments of an agreement; its items say to which debts the money goes.
create table charge_instalments (
    charge_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    instalment_id bigint not null,
    amount bigint not null check (amount > 0),
    principal bigint not null check (principal >= 0),
    fine bigint not null check (fine >= 0),
    interest bigint not null check (interest >= 0),
    -- The plan's interest that is not charged because it is paid ahead (CDC art. 52 §2).
    discount bigint not null default 0 check (discount >= 0),
    days_late int not null check (days_late >= 0),
    late_fine bigint not null default 0 check (late_fine >= 0),
    late_interest_day bigint not null default 0 check (late_interest_day >= 0),
    primary key (charge_id, instalment_id),
    foreign key (tenant_id, charge_id) references charges (tenant_id, id),
    foreign key (tenant_id, instalment_id) references agreement_instalments (tenant_id, id),
    check (amount = principal + fine + interest - discount)
);
create index on charge_instalments (instalment_id);

-- Where the payments of an agreement went, instalment by instalment.
create table instalment_payments (
    payment_id bigint not null references payments,
    tenant_id smallint not null default 1 references tenants,
    instalment_id bigint not null,
    principal bigint not null check (principal >= 0),
    charges bigint not null check (charges >= 0),
    let_off bigint not null default 0 check (let_off >= 0),
    primary key (payment_id, instalment_id),
    foreign key (tenant_id, instalment_id) references agreement_instalments (tenant_id, id),
    check (principal + charges > 0)
);
create index on instalment_payments (instalment_id);
create trigger instalment_payments_are_kept before update or delete on instalment_payments
    for each row execute function never_rewritten();

-- A wish beyond the policy, for a human to judge; the answer goes back to the same talk as an offer, or as a no.
create table proposals (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    protocol text not null unique check (protocol <> ''),
    request_key text not null,
    debtor_id bigint not null,
    creditor_id bigint not null,
    portfolio text not null,
    conversation_id text,
    -- What the person proposes: {"total", "down", "instalment", "count"}, centavos; and in their own (harmless) words.
    wanted jsonb not null,
    words text not null default '',
    policy_version text not null,
    made_at timestamptz not null,
    status text not null default 'waiting' check (status in ('waiting', 'approved', 'countered', 'refused', 'withdrawn')),
    agent_id bigint,
    answered_at timestamptz,
    reason text,
    offer_id text references offers,
    unique (tenant_id, request_key),
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, creditor_id) references creditors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    check ((status = 'waiting') = (answered_at is null)),
    check (status not in ('approved', 'countered') or offer_id is not null)
);
create index on proposals (status) where status = 'waiting';
create index on proposals (debtor_id);

create table proposal_debts (
    proposal_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    live boolean not null default true,
    primary key (proposal_id, debt_id),
    foreign key (tenant_id, proposal_id) references proposals (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);
create unique index one_waiting_proposal on proposal_debts (debt_id) where live;

-- ------------------------------------------------------------------------------------------------ what must add up

create function agreement_adds_up() returns trigger language plpgsql as $$
declare
    it record;
    the_agreement bigint;
    of_instalments bigint;
    of_debts bigint;
    down bigint;
    ordinary int;
begin
    if tg_table_name = 'agreements' then
        the_agreement := new.id;
    elsif tg_op = 'DELETE' then
        the_agreement := old.agreement_id;
    else
        the_agreement := new.agreement_id;
    end if;
    select * into it from agreements where id = the_agreement;
    select coalesce(sum(amount), 0), coalesce(sum(amount) filter (where number = 0), 0), count(*) filter (where number > 0)
        into of_instalments, down, ordinary from agreement_instalments where agreement_id = the_agreement;
    select coalesce(sum(share), 0) into of_debts from agreement_debts where agreement_id = the_agreement;
    if of_instalments <> it.total or of_debts <> it.total or down <> it.down_payment or ordinary <> it.count then
        raise exception 'agreement % is of % centavos (% down, % instalments) but its instalments sum to % (% down, % of them), its debts to %',
            the_agreement, it.total, it.down_payment, it.count, of_instalments, down, ordinary, of_debts
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger agreements_add_up after insert or update on agreements
    deferrable initially deferred for each row execute function agreement_adds_up();
create constraint trigger agreement_instalments_add_up after insert or update of amount, number or delete on agreement_instalments
    deferrable initially deferred for each row execute function agreement_adds_up();
create constraint trigger agreement_debts_add_up after insert or update of share or delete on agreement_debts
    deferrable initially deferred for each row execute function agreement_adds_up();

-- What a charge asks for instalments is what it asks for debts: all of it or nothing.
create function charge_instalments_add_up() returns trigger language plpgsql as $$
declare
    wanted bigint;
    got bigint;
begin
    select amount into wanted from charges where id = new.charge_id;
    select coalesce(sum(amount), 0) into got from charge_instalments where charge_id = new.charge_id;
    if wanted is distinct from got then
        raise exception 'charge % is of % centavos but its instalments sum to %', new.charge_id, wanted, got
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger charge_instalments_add_up after insert or update on charge_instalments
    deferrable initially deferred for each row execute function charge_instalments_add_up();

-- An agreement that ended frees its debts; what was accepted is never rewritten.
create function agreement_debts_follow() returns trigger language plpgsql as $$
begin
    update agreement_debts set live = (new.status = 'active') where agreement_id = new.id
        and live is distinct from (new.status = 'active');
    return null;
end $$;
create trigger agreement_debts_follow after update of status on agreements
    for each row when (old.status is distinct from new.status) execute function agreement_debts_follow();

create function agreements_keep() returns trigger language plpgsql as $$
begin
    if old.status <> 'active' and new.status <> old.status then
        raise exception 'agreement % is % and stays so', old.id, old.status using errcode = 'check_violation';
    end if;
    if (new.protocol, new.debtor_id, new.creditor_id, new.offer_id, new.gross, new.discount, new.interest, new.total,
            new.down_payment, new.count, new.policy_version, new.terms, new.terms_hash, new.shown_text, new.shown_hash,
            new.shown_message_ids, new.accepted_how, new.accepted_at)
        is distinct from (old.protocol, old.debtor_id, old.creditor_id, old.offer_id, old.gross, old.discount, old.interest,
            old.total, old.down_payment, old.count, old.policy_version, old.terms, old.terms_hash, old.shown_text,
            old.shown_hash, old.shown_message_ids, old.accepted_how, old.accepted_at) then
        raise exception 'agreement % cannot be rewritten', old.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger agreements_keep before update on agreements for each row execute function agreements_keep();
create trigger agreements_are_kept before delete on agreements for each row execute function never_rewritten();

-- A paid instalment stays paid, and no instalment changes its amount.
create function agreement_instalments_keep() returns trigger language plpgsql as $$
begin
    if old.status in ('paid', 'cancelled') and new.status <> old.status then
        raise exception 'instalment % is % and stays so', old.id, old.status using errcode = 'check_violation';
    end if;
    if (new.agreement_id, new.number, new.amount, new.principal, new.interest, new.agreed_due_date)
        is distinct from (old.agreement_id, old.number, old.amount, old.principal, old.interest, old.agreed_due_date) then
        raise exception 'instalment % cannot be rewritten', old.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger agreement_instalments_keep before update on agreement_instalments
    for each row execute function agreement_instalments_keep();
