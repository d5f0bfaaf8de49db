-- Media that people send, and one person on several channels.

-- Files that people send, one for each message that carries one. The file lies at TRATO_DATA_DIR/media/`path`, named by its digest,
-- so that the same file twice is one. `mime` is what its own bytes say. A file that is not of a type that we open is kept apart
-- (quarantined); one that never came is lost; after `keep_until` only the row stays.
create table media (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    inbox_id bigint not null unique references inbox,
    kind text not null check (kind in ('image', 'video', 'audio', 'voice', 'document', 'sticker')),
    state text not null default 'waiting' check (state in ('waiting', 'kept', 'quarantined', 'refused', 'lost', 'purged')),
    why text,
    declared_mime text,
    mime text,
    filename text,
    size bigint check (size > 0),
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    path text,
    -- The words of a voice note, sealed; empty where nothing could be understood.
    words_sealed bytea,
    attempts int not null default 0,
    retry_at timestamptz not null,
    received_at timestamptz not null,
    fetched_at timestamptz,
    keep_until timestamptz not null,
    unique (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    check (state not in ('kept', 'quarantined') or (path is not null and sha256 is not null and size is not null and mime is not null)),
    check (state <> 'purged' or path is null)
);
create index on media (conversation_id);
create index on media (sha256) where path is not null;
create index on media (retry_at) where state = 'waiting';
create index on media (keep_until) where path is not null;

-- What the provider said last of an approved template. One that it never spoke of may be used.
create table template_states (
    channel text not null,
    name text not null,
    usable boolean not null,
    why text not null default '',
    at timestamptz not null,
    primary key (channel, name)
);

-- The advertisement through which somebody first came to us.
alter table conversations add column referral jsonb;

-- One person has one offer on the table, on whichever channel they talk.
update offers set status = 'replaced', closed_at = made_at where status = 'open' and conversation_id is not null and exists (
    select 1 from offers later where later.debtor_id = offers.debtor_id and later.status = 'open'
    and later.conversation_id is not null and (later.made_at, later.id) > (offers.made_at, offers.id));
drop index one_offer_on_the_table;
create unique index one_offer_on_the_table on offers (debtor_id) where status = 'open' and conversation_id is not null;

-- ------------------------------------------------------------------------------------------------ RCS and files by link

-- When a person was last seen writing (channels that tell).
alter table conversations add column typing_at timestamptz;

-- What a telephone can show, as the provider said last; asked again when it is old.
create table phone_features (
    channel text not null,
    account text not null,
    phone text not null,
    features text[] not null,
    reachable boolean not null,
    checked_at timestamptz not null,
    primary key (channel, account, phone)
);

-- Papers that a provider or a person fetches from us: the link is unguessable, only its hash is kept, and it ends.
create table document_links (
    token_hash bytea primary key,
    path text not null,
    filename text not null,
    mime_type text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    fetched_at timestamptz
);
create index document_links_expiry on document_links (expires_at);
