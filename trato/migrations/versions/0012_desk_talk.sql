-- The talk at the desk: drafts and ready answers.

-- What an agent has written and not sent yet, sealed: it outlives reloads, other browsers and the loss of the talk. After a send the
-- row stays empty with the nonce of the form that was sent, so that an autosave that comes late does not bring the words back.
create table desk_drafts (
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    agent_id bigint not null,
    kind text not null check (kind in ('reply', 'note', 'return')),
    words_sealed bytea,
    sent_nonce text,
    saved_at timestamptz not null,
    primary key (conversation_id, agent_id, kind),
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);

-- Answers that are written once and said often. Those that come with the product are never brought back once they were changed or put
-- away. An answer of one agent's own has their id.
create table canned_answers (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    agent_id bigint,
    shortcut text not null check (shortcut ~ '^[a-z0-9][a-z0-9-]{1,29}$'),
    title text not null check (title <> ''),
    body text not null check (body <> '' and length(body) <= 2000),
    uses int not null default 0,
    changed_by bigint,
    changed_at timestamptz not null,
    put_away_at timestamptz,
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    foreign key (tenant_id, changed_by) references agents (tenant_id, id)
);
create unique index canned_answers_name on canned_answers (tenant_id, shortcut, coalesce(agent_id, 0));
