-- The queue of the desk: who waits, who serves.

-- What changed in which talk, for as long as a browser that lost its connection may ask (desk/live.py; an hour).
-- `xid` made the change; `horizon` is the oldest transaction that was still open then: whoever has heard of this change has heard
-- of all that older transactions changed. One row for each talk and transaction.
create table desk_changes (
    id bigint generated always as identity primary key,
    tenant_id smallint not null,
    conversation_id text not null,
    xid xid8 not null default pg_current_xact_id(),
    horizon xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
    at timestamptz not null default clock_timestamp(),
    unique (xid, conversation_id)
);
create index on desk_changes (at);

-- Where an agent sits: whether talks may be given to them (desk/seats.py).
create table desk_seats (
    agent_id bigint primary key,
    tenant_id smallint not null default 1 references tenants,
    state text not null default 'offline' check (state in ('available', 'paused', 'offline')),
    pause_reason text,
    since timestamptz not null,
    -- How many talks at once, and of which of the team's queues (queue: how many of it); none named: of all.
    capacity int not null default 5 check (capacity between 0 and 200),
    queues jsonb not null default '{}' check (jsonb_typeof(queues) = 'object'),
    -- When a browser of theirs was last connected, and when they were last given a talk.
    seen_at timestamptz,
    given_at timestamptz,
    -- Which talks their list shows (desk/queues.py).
    view text not null default 'tudo' check (length(view) <= 300),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    check ((state = 'paused') = (pause_reason is not null))
);

-- Who looks at a talk just now, and who writes (desk/company.py).
create table desk_company (
    conversation_id text not null,
    agent_id bigint not null,
    tenant_id smallint not null default 1 references tenants,
    seen_at timestamptz not null,
    typed_at timestamptz,
    primary key (conversation_id, agent_id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
create index on desk_company (seen_at);

-- Searches that an agent has given a name.
create table desk_views (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    agent_id bigint not null,
    name text not null check (name <> '' and length(name) <= 60),
    query text not null check (length(query) <= 300),
    made_at timestamptz not null,
    unique (agent_id, name),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);

-- Why this priority (conversations/priority.py), and the clocks of service: when a human first answered, when one last answered,
-- since when the person waits for the next answer.
alter table handoffs add column priority_why text not null default 'reason';
-- `waits_since`: when this wait began, where that is not when they asked (asked again after nobody came; handed on by an agent).
alter table handoffs add column waits_since timestamptz;
alter table handoffs add column first_answer_at timestamptz;
alter table handoffs add column answered_at timestamptz;
alter table handoffs add column unanswered_since timestamptz;
-- Put aside by the agent who has it: until a time, or (no time) until the person writes; whoever writes wakes it in any case.
alter table handoffs add column parked_at timestamptz;
alter table handoffs add column parked_until timestamptz;
alter table handoffs add constraint parked check (parked_until is null or parked_at is not null);
-- How often nobody answered, so that it was handed on by rule; when the desk was last warned of its clock.
alter table handoffs add column handed_on int not null default 0;
alter table handoffs add column warned_at timestamptz;
create index handoffs_parked on handoffs (parked_until) where parked_at is not null and status = 'taken';
create index handoffs_taken on handoffs (tenant_id, agent_id) where status = 'taken';

-- Search over what was said and over names: words without accents, by their beginnings.
create function plain_words(said text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('simple', translate(lower(said), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn'))
$$;
create index transcript_words on transcript using gin (plain_words(text)) where author in ('debtor', 'agent', 'note');
create index debtors_words on debtors using gin (plain_words(name));
create index on conversations (tenant_id, phone_key);
create index on conversations (tenant_id, reverse(phone_key) text_pattern_ops);
create index on charges (tenant_id, amount);
create index on payments (tenant_id, amount);
