-- The first schema of Trato. Money is bigint centavos. Times are timestamptz (UTC). Whatever belongs to a collector's
-- tenant or to a creditor says so. What must never happen twice is a unique constraint, what must add up is a trigger.

create table tenants (
    id smallint primary key,
    slug text not null unique
);
insert into tenants (id, slug) values (1, 'default');

create table clock (
    id int primary key default 1 check (id = 1),
    anchor text,
    offset_seconds double precision not null
);

-- ------------------------------------------------------------------------------------------------ receivables

create table creditors (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    cnpj text not null check (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
    name text not null check (name <> ''),
    created_at timestamptz not null default now(),
    unique (tenant_id, cnpj),
    unique (tenant_id, id)
);

create table debtors (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    kind text not null check (kind in ('person', 'company')),
    document_sealed bytea not null,
    document_index bytea not null,
    name text not null check (name <> ''),
    birth_date date,
    email text,
    address text,
    city text,
    state text,
    postal_code text,
    language_note text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (tenant_id, document_index),
    unique (tenant_id, id)
);

create table debtor_phones (
    tenant_id smallint not null default 1 references tenants,
    debtor_id bigint not null,
    phone_key text not null check (phone_key ~ '^\+[0-9]{8,15}$'),
    state text not null default 'imported' check (state in ('imported', 'proven', 'wrong_person')),
    created_at timestamptz not null default now(),
    primary key (debtor_id, phone_key),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id)
);
create index on debtor_phones (tenant_id, phone_key);

create table imports (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    filename text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    imported int not null default 0,
    updated int not null default 0,
    unchanged int not null default 0,
    refused int not null default 0
);

create table debts (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    creditor_id bigint not null,
    debtor_id bigint not null,
    portfolio text not null,
    contract text not null check (contract <> ''),
    contract_index text not null,
    reference text not null check (reference <> ''),
    description text not null default '',
    product text,
    original_amount bigint not null check (original_amount between 1 and 99999999999999),
    due_date date not null,
    judicial boolean not null default false,
    status text not null default 'open' check (status in ('open', 'agreed', 'disputed', 'paid', 'closed')),
    -- What partial payments leave: see receivables.owed.DebtState.
    principal_left bigint not null check (principal_left >= 0),
    charges_left bigint not null default 0 check (charges_left >= 0),
    charged_until date,
    fine_charged boolean not null default false,
    paid_total bigint not null default 0 check (paid_total >= 0),
    settled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (tenant_id, creditor_id, reference),
    unique (tenant_id, id),
    foreign key (tenant_id, creditor_id) references creditors (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    check (principal_left <= original_amount),
    check (status <> 'paid' or (principal_left = 0 and charges_left = 0))
);
create index on debts (debtor_id, status);

create table debt_changes (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    at timestamptz not null,
    source text not null,
    before jsonb not null,
    after jsonb not null,
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);

-- ------------------------------------------------------------------------------------------------ conversations

create table agents (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    email text not null check (email = lower(email) and email like '%_@_%'),
    name text not null check (name <> ''),
    role text not null check (role in ('agent', 'supervisor', 'admin')),
    password_hash text not null,
    failed_logins int not null default 0,
    locked_until timestamptz,
    disabled_at timestamptz,
    created_at timestamptz not null default now(),
    unique (tenant_id, email),
    unique (tenant_id, id)
);

create table agent_sessions (
    token_hash bytea primary key,
    tenant_id smallint not null default 1 references tenants,
    agent_id bigint not null,
    csrf text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);

create table conversations (
    id text primary key check (id ~ '^c_[A-Za-z0-9_-]{16,}$'),
    tenant_id smallint not null default 1 references tenants,
    channel text not null check (channel <> ''),
    account text not null check (account <> ''),
    address_raw text,
    user_id text,
    phone_key text,
    debtor_id bigint,
    owner text not null default 'bot' check (owner in ('bot', 'queue', 'agent')),
    agent_id bigint,
    -- Grows with every change of owner: what was written under an older fence is not sent.
    fence bigint not null default 1,
    last_inbound_at timestamptz,
    read_external_id text,
    retry_at timestamptz,
    failures int not null default 0,
    outcome text,
    created_at timestamptz not null,
    check (address_raw is not null or user_id is not null),
    check ((owner = 'agent') = (agent_id is not null)),
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
create index on conversations (owner) where owner <> 'bot';
create index on conversations (debtor_id);
create index on conversations (tenant_id, last_inbound_at desc) where owner = 'bot';

-- Every name under which a provider has presented the person of a conversation.
create table conversation_addresses (
    tenant_id smallint not null default 1 references tenants,
    channel text not null,
    account text not null,
    kind text not null check (kind in ('phone', 'user_id')),
    value text not null check (value <> ''),
    conversation_id text not null,
    primary key (tenant_id, channel, account, kind, value),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id)
);
create index on conversation_addresses (conversation_id);

create table inbox (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    channel text not null,
    account text not null,
    external_id text not null check (external_id <> ''),
    conversation_id text,
    kind text not null,
    event_sealed bytea not null,
    sent_at timestamptz,
    received_at timestamptz not null,
    state text not null default 'pending'
        check (state in ('pending', 'turn', 'done', 'desk', 'recorded', 'stale', 'set_aside')),
    why text,
    turn_id text,
    unique (channel, account, external_id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (state <> 'pending' or conversation_id is not null)
);
create index on inbox (conversation_id, id) where state in ('pending', 'turn');
create index on inbox (turn_id);

create table turns (
    id text primary key check (id ~ '^t_[A-Za-z0-9_-]{16,}$'),
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    number bigint not null,
    state text not null default 'open' check (state in ('open', 'done', 'dropped')),
    -- What Rasa is asked: harmless text, or the meaning of a choice.
    text text,
    choice_id text,
    -- Documents, dates and contracts that the person wrote; never shown to Rasa.
    secrets_sealed bytea,
    kinds text[] not null default '{}',
    attempts int not null default 0,
    intent text,
    confidence double precision,
    failure text,
    started_at timestamptz not null,
    done_at timestamptz,
    unique (conversation_id, number),
    unique (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check ((state = 'done') <= (done_at is not null))
);
create unique index one_open_turn on turns (conversation_id) where state = 'open';

-- What an action did in a turn: asked again, it answers the same and does nothing.
create table action_effects (
    turn_id text not null,
    tenant_id smallint not null default 1 references tenants,
    action text not null,
    ordinal int not null,
    result jsonb not null,
    at timestamptz not null,
    primary key (turn_id, action, ordinal),
    foreign key (tenant_id, turn_id) references turns (tenant_id, id)
);

create table choices (
    id text primary key check (id ~ '^o_[A-Za-z0-9_-]{20,}$'),
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    group_id text not null,
    position int not null check (position > 0),
    label text not null,
    meaning text not null,
    arguments jsonb not null default '{}',
    version int not null default 1,
    single_use boolean not null default false,
    created_at timestamptz not null,
    expires_at timestamptz,
    used_at timestamptz,
    used_turn text,
    unique (conversation_id, group_id, position),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check ((used_at is null) = (used_turn is null))
);

create table outbox (
    id bigint generated always as identity primary key,
    key text not null unique,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    turn_id text,
    author text not null check (author in ('bot', 'agent', 'journey')),
    agent_id bigint,
    -- The same source can write its nth message only once.
    source text not null,
    ordinal int not null,
    fence bigint not null,
    response text,
    message jsonb not null,
    words text not null,
    weight text not null default 'plain' check (weight in ('plain', 'payment')),
    needs_proof boolean not null default false,
    state text not null default 'queued'
        check (state in ('queued', 'sending', 'sent', 'unknown', 'dead', 'suppressed')),
    attempts int not null default 0,
    -- Of a message too long for its channel: how many of its pieces were accepted.
    pieces_sent int not null default 0,
    due_at timestamptz not null,
    queued_at timestamptz not null,
    sent_at timestamptz,
    provider_id text,
    delivery text check (delivery in ('sent', 'delivered', 'read', 'failed')),
    error_code text,
    error_text text,
    unique (tenant_id, source, ordinal),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    check (state <> 'sent' or sent_at is not null),
    check ((author = 'agent') = (agent_id is not null))
);
create index on outbox (conversation_id, id);
create index on outbox (due_at) where state in ('queued', 'sending', 'unknown');
create unique index on outbox (provider_id) where provider_id is not null;

create table send_attempts (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    outbox_id bigint not null references outbox,
    number int not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    -- `later`: this message has to wait; `held`: the whole account has.
    outcome text check (outcome in ('accepted', 'refused', 'later', 'held', 'unknown')),
    code text,
    detail text,
    unique (outbox_id, number)
);

create table delivery_statuses (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    channel text not null,
    account text not null,
    provider_id text not null,
    status text not null,
    key text,
    at timestamptz,
    received_at timestamptz not null,
    error_code text,
    error_text text,
    outbox_id bigint references outbox,
    unique (channel, provider_id, status)
);
create index on delivery_statuses (key) where outbox_id is null;

-- What people and agents read, documents masked. The order is the order of the talk.
create table transcript (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    author text not null check (author in ('debtor', 'bot', 'agent', 'journey', 'note')),
    agent_id bigint,
    text text not null,
    detail jsonb not null default '{}',
    at timestamptz not null,
    inbox_id bigint unique references inbox,
    outbox_id bigint unique references outbox,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id)
);
create index on transcript (conversation_id, id);

create table proofs (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    debtor_id bigint not null,
    proven_at timestamptz not null,
    last_used_at timestamptz not null,
    valid_until timestamptz not null,
    void_at timestamptz,
    void_reason text,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    check ((void_at is null) = (void_reason is null))
);
create unique index one_live_proof on proofs (conversation_id) where void_at is null;

-- The factors given so far in this conversation, sealed.
create table identity_progress (
    conversation_id text primary key,
    tenant_id smallint not null default 1 references tenants,
    factors_sealed bytea not null,
    updated_at timestamptz not null,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id)
);

create table identity_attempts (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    document_index bytea not null,
    succeeded boolean not null,
    at timestamptz not null,
    turn_id text,
    unique (turn_id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id)
);
create index on identity_attempts (conversation_id, at);
create index on identity_attempts (document_index, at);

create table identity_locks (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    scope text not null check (scope in ('address', 'document')),
    key bytea not null,
    since timestamptz not null,
    until timestamptz not null check (until > since)
);
create index on identity_locks (scope, key, until);

create table opt_outs (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    channel text not null,
    address text not null,
    since timestamptz not null,
    lifted_at timestamptz,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id)
);
create unique index one_live_opt_out on opt_outs (tenant_id, channel, address) where lifted_at is null;

create table handoffs (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    debtor_id bigint,
    reason text not null,
    summary text not null default '',
    status text not null default 'waiting' check (status in ('waiting', 'taken', 'returned', 'closed')),
    agent_id bigint,
    asked_at timestamptz not null,
    taken_at timestamptz,
    ended_at timestamptz,
    outcome text,
    note text,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    check (status <> 'taken' or (agent_id is not null and taken_at is not null)),
    check ((status in ('returned', 'closed')) = (ended_at is not null))
);
create unique index one_live_handoff on handoffs (conversation_id) where status in ('waiting', 'taken');

-- ------------------------------------------------------------------------------------------------ payments

create table charges (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    creditor_id bigint not null,
    debtor_id bigint not null,
    conversation_id text,
    kind text not null check (kind in ('pix', 'boleto')),
    provider text not null,
    -- Our own reference at the provider: txid for Pix, 26 to 35 letters and digits.
    txid text not null unique check (txid ~ '^[A-Za-z0-9]{26,35}$'),
    -- The same request makes the same charge.
    request_key text not null,
    amount bigint not null check (amount > 0),
    status text not null default 'pending' check (status in ('pending', 'active', 'paid', 'expired', 'cancelled')),
    payee_name text not null,
    payee_document text not null,
    pix_key text,
    code text,
    location text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    activated_at timestamptz,
    closed_at timestamptz,
    replaced_by bigint references charges,
    -- Set when the provider's own copy was cancelled (or found gone); until then the worker keeps asking.
    provider_closed_at timestamptz,
    attempts int not null default 0,
    retry_at timestamptz,
    blocked_why text,
    unique (tenant_id, request_key),
    unique (tenant_id, id),
    foreign key (tenant_id, creditor_id) references creditors (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (status <> 'active' or (code is not null and blocked_why is null and activated_at is not null)),
    check (expires_at > created_at)
);
create index on charges (debtor_id);
create index on charges (retry_at) where status = 'pending';

create table charge_items (
    charge_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    kind text not null,
    amount bigint not null check (amount > 0),
    -- The calculation that was shown: principal, fine, interest, discount, days, day.
    principal bigint not null check (principal >= 0),
    fine bigint not null check (fine >= 0),
    interest bigint not null check (interest >= 0),
    discount bigint not null check (discount >= 0),
    days_overdue int not null check (days_overdue >= 0),
    calculated_for date not null,
    live boolean not null default true,
    primary key (charge_id, debt_id),
    foreign key (tenant_id, charge_id) references charges (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id),
    check (amount = principal + fine + interest - discount)
);
-- A debt has at most one charge of a kind that can still be paid.
create unique index one_live_charge on charge_items (debt_id, kind) where live;

create table payment_notices (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    provider text not null,
    external_id text not null,
    txid text,
    body jsonb not null,
    received_at timestamptz not null,
    state text not null default 'pending' check (state in ('pending', 'done', 'set_aside')),
    attempts int not null default 0,
    retry_at timestamptz,
    why text,
    unique (provider, external_id)
);
create index on payment_notices (retry_at) where state = 'pending';

create table payments (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    charge_id bigint,
    debtor_id bigint,
    provider text not null,
    means text not null check (means in ('pix', 'boleto')),
    end_to_end_id text not null unique check (end_to_end_id <> ''),
    txid text,
    amount bigint not null check (amount > 0),
    paid_at timestamptz not null,
    recorded_at timestamptz not null,
    status text not null check (status in ('applied', 'partial', 'excess', 'unmatched')),
    -- Why it was not simply applied: late, double, over, under, unknown charge.
    remark text,
    foreign key (tenant_id, charge_id) references charges (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    check ((status = 'unmatched') or charge_id is not null)
);

create table allocations (
    payment_id bigint not null references payments,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint,
    part text not null check (part in ('principal', 'fine', 'interest', 'excess', 'unmatched')),
    amount bigint not null check (amount > 0),
    unique nulls not distinct (payment_id, debt_id, part),
    check ((part in ('excess', 'unmatched')) or debt_id is not null),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);

-- ------------------------------------------------------------------------------------------------ records

create table audit (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    at timestamptz not null,
    actor text not null,
    what text not null,
    subject text,
    detail jsonb not null default '{}',
    previous bytea,
    hash bytea not null
);

create table alarms (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    kind text not null,
    subject text not null default '',
    detail text not null,
    since timestamptz not null,
    last_at timestamptz not null,
    times int not null default 1,
    resolved_at timestamptz
);
create unique index one_live_alarm on alarms (tenant_id, kind, subject) where resolved_at is null;

-- A channel account that may not send: the queue is kept, nothing is tried before `until`.
create table account_holds (
    channel text not null,
    account text not null,
    until timestamptz not null,
    why text not null,
    primary key (channel, account)
);

-- ------------------------------------------------------------------------------------------------ Rasa

create table rasa_trackers (
    conversation_id text primary key,
    snapshot jsonb not null,
    last_turn text,
    last_answer jsonb,
    updated_at timestamptz not null default now()
);

create table rasa_events (
    conversation_id text not null,
    seq bigint generated always as identity,
    turn text,
    event jsonb not null,
    at timestamptz not null default now(),
    primary key (conversation_id, seq)
);

-- ------------------------------------------------------------------------------------------------ what must add up

create function charge_items_add_up() returns trigger language plpgsql as $$
declare
    wanted bigint;
    got bigint;
    the_charge bigint;
begin
    if tg_table_name = 'charges' then
        the_charge := new.id;
    elsif tg_op = 'DELETE' then
        the_charge := old.charge_id;
    else
        the_charge := new.charge_id;
    end if;
    select amount into wanted from charges where id = the_charge;
    select coalesce(sum(amount), 0) into got from charge_items where charge_id = the_charge;
    if wanted is distinct from got then
        raise exception 'charge % is of % centavos but its items sum to %', the_charge, wanted, got
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger charge_items_add_up after insert or update or delete on charge_items
    deferrable initially deferred for each row execute function charge_items_add_up();
create constraint trigger charges_add_up after insert or update of amount on charges
    deferrable initially deferred for each row execute function charge_items_add_up();

create function allocations_add_up() returns trigger language plpgsql as $$
declare
    wanted bigint;
    got bigint;
    the_payment bigint;
begin
    if tg_table_name = 'payments' then
        the_payment := new.id;
    elsif tg_op = 'DELETE' then
        the_payment := old.payment_id;
    else
        the_payment := new.payment_id;
    end if;
    select amount into wanted from payments where id = the_payment;
    select coalesce(sum(amount), 0) into got from allocations where payment_id = the_payment;
    if wanted is distinct from got then
        raise exception 'payment % is of % centavos but its allocations sum to %', the_payment, wanted, got
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger allocations_add_up after insert or update or delete on allocations
    deferrable initially deferred for each row execute function allocations_add_up();
create constraint trigger payments_add_up after insert or update of amount on payments
    deferrable initially deferred for each row execute function allocations_add_up();

-- A charge that can no longer be paid frees its debts for the next one; one that lives again takes them.
create function charge_items_follow() returns trigger language plpgsql as $$
begin
    update charge_items set live = (new.status in ('pending', 'active')) where charge_id = new.id
        and live is distinct from (new.status in ('pending', 'active'));
    return null;
end $$;
create trigger charge_items_follow after update of status on charges
    for each row when (old.status is distinct from new.status) execute function charge_items_follow();

-- A paid charge stays paid, and what was agreed with the provider is not rewritten.
create function charges_keep() returns trigger language plpgsql as $$
begin
    if old.status = 'paid' and new.status <> 'paid' then
        raise exception 'charge % is paid and stays paid', old.id using errcode = 'check_violation';
    end if;
    if new.amount <> old.amount or new.txid <> old.txid or new.debtor_id <> old.debtor_id
       or new.creditor_id <> old.creditor_id or (old.code is not null and new.code is distinct from old.code) then
        raise exception 'charge % cannot be rewritten', old.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger charges_keep before update on charges for each row execute function charges_keep();

create function never_rewritten() returns trigger language plpgsql as $$
begin
    raise exception '% rows are never changed or deleted', tg_table_name using errcode = 'check_violation';
end $$;
create trigger audit_is_kept before update or delete on audit for each row execute function never_rewritten();
create trigger payments_are_kept before delete on payments for each row execute function never_rewritten();
create trigger allocations_are_kept before update or delete on allocations for each row execute function never_rewritten();
