-- Requests about personal data, preferences of contact, and codes that prove who speaks.

-- A code that somebody who fears a scam is shown in the talk and types on our own page. One for each conversation.
create table speaker_codes (
    conversation_id text primary key,
    tenant_id smallint not null default 1 references tenants,
    code text not null unique check (code ~ '^[0-9]{6}$'),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (expires_at > made_at)
);

-- Codes that were typed on the page and are nobody's, so that nobody finds one by trying. `who` is a keyed hash of an address.
create table code_misses (
    id bigint generated always as identity primary key,
    who bytea not null,
    at timestamptz not null
);
create index on code_misses (at);

-- Collection of somebody stops, in offers, reminders and charges of our own accord, until a human lifts it or `until` comes.
-- Whoever has not proven who they are is known by the conversation, until they do.
create table collection_pauses (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    debtor_id bigint,
    conversation_id text,
    reason text not null check (reason in ('self_harm', 'illness', 'bereavement', 'deceased', 'minor', 'incapable', 'representative',
        'hardship', 'dispute', 'already_paid', 'legal_threat', 'wrong_person')),
    -- The same event pauses once.
    key text not null,
    since timestamptz not null,
    until timestamptz,
    lifted_at timestamptz,
    lifted_by text,
    unique (tenant_id, key),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (debtor_id is not null or conversation_id is not null),
    check ((lifted_at is null) = (lifted_by is null)),
    check (until is null or until > since)
);
create index on collection_pauses (debtor_id) where lifted_at is null;
create index on collection_pauses (conversation_id) where lifted_at is null and debtor_id is null;

-- What people ask of us that is answered by a date: their data, complaints, papers of a representative.
create table requests (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    debtor_id bigint,
    kind text not null check (kind in ('data_access', 'data_copy', 'data_correction', 'data_erasure', 'data_sharing', 'data_review',
        'complaint', 'legal_threat', 'wrong_person', 'deceased', 'minor', 'representative', 'contact')),
    protocol text not null,
    key text not null,
    -- The person's own words, sealed.
    words_sealed bytea,
    asked_at timestamptz not null,
    due_on date not null,
    status text not null default 'open' check (status in ('open', 'done', 'refused')),
    done_at timestamptz,
    done_by text,
    answer text,
    unique (tenant_id, protocol),
    unique (tenant_id, key),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    check ((status = 'open') = (done_at is null)),
    check ((done_at is null) = (done_by is null))
);
create index on requests (debtor_id);
create index on requests (due_on) where status = 'open';

-- How somebody wants to be written to. Whoever is known by a proof has one row for all their conversations.
create table contact_preferences (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    debtor_id bigint,
    -- As in a policy ("Mon-Fri 14:00-18:00"), on the person's own clock.
    hours text,
    -- At most so many messages of our own accord in so many days.
    most int check (most between 0 and 50),
    days int check (days between 1 and 366),
    channel text check (channel in ('whatsapp', 'rcs', 'phone', 'email', 'letter')),
    changed_at timestamptz not null,
    unique (tenant_id, conversation_id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, debtor_id) references debtors (tenant_id, id),
    check ((most is null) = (days is null))
);
create index on contact_preferences (debtor_id);

-- Whose opt-out it is, once it is known: it then holds on every channel of that person.
alter table opt_outs add column debtor_id bigint;
alter table opt_outs add foreign key (tenant_id, debtor_id) references debtors (tenant_id, id);
create index on opt_outs (debtor_id) where lifted_at is null;
