-- Messages that wait for their day.

-- A message of our own accord, for a time to come. Its facts are read again when it is sent; `key` makes it once, for ever.
create table scheduled_messages (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    kind text not null check (kind <> ''),
    key text not null check (key <> ''),
    debtor_id bigint,
    conversation_id text,
    facts jsonb not null default '{}',
    due_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dropped', 'cancelled')),
    -- Why it waits longer, or was not sent.
    why text,
    put_off int not null default 0,
    ended_at timestamptz,
    unique (tenant_id, key),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (debtor_id is not null or conversation_id is not null),
    check ((state = 'waiting') = (ended_at is null)),
    check (state <> 'dropped' or why is not null)
);
create index on scheduled_messages (due_at) where state = 'waiting';

-- A message that nobody asked for: it counts against the weekly cap.
alter table outbox add column unasked boolean not null default false;
create index on outbox (conversation_id, queued_at) where unasked;
