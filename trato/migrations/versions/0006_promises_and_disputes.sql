-- Extensions, promises, disputes, and the proofs that people send.

-- The last day to pay as the last extension moved it: charges stand still from `extended_from` to `extended_to`
-- (receivables.owed.DebtState.reckoned); earlier extensions moved it by `extended_before` days.
alter table debts
    add column extended_from date,
    add column extended_to date,
    add column extended_before int not null default 0 check (extended_before >= 0),
    add constraint extension_has_both_ends check ((extended_from is null) = (extended_to is null) and extended_to > extended_from);

create table extensions (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    debtor_id bigint not null,
    conversation_id text,
    -- The same request moves the date once.
    request_key text not null,
    protocol text not null,
    granted_by text not null,
    granted_at timestamptz not null,
    -- From which day to which: business days, the second one after the first.
    previous_due date not null,
    counted_from date not null,
    asked_for date not null,
    due_date date not null check (due_date > counted_from),
    -- Centavos: what was owed, what the days cost, and what is owed up to the new date.
    amount bigint not null check (amount > 0),
    interest bigint not null check (interest >= 0),
    total bigint not null check (total = amount + interest),
    policy_version text not null,
    unique (tenant_id, request_key, debt_id),
    unique (protocol, debt_id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id)
);
create index on extensions (debt_id);
create index on extensions (debtor_id);

create table promises (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    debtor_id bigint not null,
    conversation_id text,
    request_key text not null,
    protocol text not null unique,
    promised_at timestamptz not null,
    -- The day that was promised, the last day on which a payment keeps it, and the day of the reminder.
    day date not null,
    keep_until date not null check (keep_until >= day),
    remind_on date not null check (remind_on <= day),
    amount bigint not null check (amount > 0),
    -- All that will be owed on the day, and not a part.
    whole boolean not null,
    status text not null default 'open' check (status in ('open', 'kept', 'broken', 'cancelled')),
    ended_at timestamptz,
    unique (tenant_id, request_key),
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check ((status = 'open') = (ended_at is null))
);
create index on promises (debtor_id);

create table promise_debts (
    promise_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    live boolean not null default true,
    primary key (promise_id, debt_id),
    foreign key (tenant_id, promise_id) references promises (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);
create unique index one_live_promise on promise_debts (debt_id) where live;

create table disputes (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    debtor_id bigint not null,
    conversation_id text,
    request_key text not null,
    protocol text not null unique,
    reason text not null,
    story text not null default '',
    opened_at timestamptz not null,
    answer_by date not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'rejected', 'withdrawn')),
    ended_at timestamptz,
    ended_by text,
    note text,
    unique (tenant_id, request_key),
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check ((status = 'open') = (ended_at is null))
);
create index on disputes (debtor_id);

create table dispute_debts (
    dispute_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    status_before text not null check (status_before in ('open', 'agreed')),
    live boolean not null default true,
    primary key (dispute_id, debt_id),
    foreign key (tenant_id, dispute_id) references disputes (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);
create unique index one_live_dispute on dispute_debts (debt_id) where live;

-- "I have paid", "I paid twice, give it back": what a person says of a payment, until the bank or a human settles it.
create table payment_claims (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    kind text not null check (kind in ('paid', 'refund')),
    debtor_id bigint not null,
    conversation_id text,
    request_key text not null,
    protocol text not null unique,
    said_at timestamptz not null,
    review_until date not null,
    -- What the person says of it.
    paid_on date,
    means text,
    amount bigint check (amount > 0),
    -- The payment of ours that it is about, if it was found.
    payment_id bigint references payments,
    status text not null default 'open' check (status in ('open', 'confirmed', 'not_found', 'closed')),
    ended_at timestamptz,
    unique (tenant_id, request_key),
    unique (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check ((status = 'open') = (ended_at is null))
);
create index on payment_claims (debtor_id);

create table claim_debts (
    claim_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    debt_id bigint not null,
    primary key (claim_id, debt_id),
    foreign key (tenant_id, claim_id) references payment_claims (tenant_id, id),
    foreign key (tenant_id, debt_id) references debts (tenant_id, id)
);
create index on claim_debts (debt_id);

-- A proof of payment that somebody sent, and what could be read in it. It never settles anything.
create table payment_proofs (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    debtor_id bigint,
    claim_id bigint,
    -- The message that brought it, and the file's digest once its bytes are here.
    inbox_id bigint references inbox,
    sha256 text,
    mime_type text,
    read jsonb not null default '{}',
    verdict text not null check (verdict in ('kept', 'ours', 'another_payee', 'nothing_like_it', 'unreadable')),
    received_at timestamptz not null,
    unique nulls not distinct (tenant_id, conversation_id, inbox_id, sha256),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, claim_id) references payment_claims (tenant_id, id)
);
create index on payment_proofs (debtor_id);

-- A Pix for a part of one debt: it lowers what is owed and settles nothing by its own price.
alter table charges add column on_account boolean not null default false;
