-- What agents decide at the desk: how talks end, whose creditors they see.

-- Whose debts an agent works for. One without a row here works for all of the tenant's creditors.
create table agent_creditors (
    tenant_id smallint not null default 1 references tenants,
    agent_id bigint not null,
    creditor_id bigint not null,
    primary key (agent_id, creditor_id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    foreign key (tenant_id, creditor_id) references creditors (tenant_id, id)
);
create index on agent_creditors (creditor_id);

-- Whether an agent may see a talk: of their tenant, and of a debtor of their creditors. Of somebody unknown it is the telephone that
-- tells, and a telephone that no book names is anybody's.
create function desk_sees(agent bigint, talk text) returns boolean language sql stable as $$
    select exists (
        select 1 from agents a join conversations c on c.tenant_id = a.tenant_id
        where a.id = agent and c.id = talk and (
            not exists (select 1 from agent_creditors m where m.agent_id = a.id)
            or (c.debtor_id is not null and exists (select 1 from debts d join agent_creditors m on m.creditor_id = d.creditor_id
                and m.agent_id = a.id where d.tenant_id = c.tenant_id and d.debtor_id = c.debtor_id))
            or (c.debtor_id is null and (
                not exists (select 1 from debtor_phones p where p.tenant_id = c.tenant_id and p.phone_key = c.phone_key
                    and p.state <> 'wrong_person')
                or exists (select 1 from debtor_phones p join debts d on d.tenant_id = p.tenant_id and d.debtor_id = p.debtor_id
                    join agent_creditors m on m.creditor_id = d.creditor_id and m.agent_id = a.id
                    where p.tenant_id = c.tenant_id and p.phone_key = c.phone_key and p.state <> 'wrong_person')))
        )
    )
$$;

-- How a talk with a human ended (tabulação). It takes effect when its seconds for second thoughts are over.
create table talk_endings (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    conversation_id text not null,
    handoff_id bigint not null references handoffs,
    agent_id bigint not null,
    -- `group/label` (desk/endings.py).
    disposition text not null check (disposition ~ '^[a-z_]{2,30}/[a-z_]{2,30}$'),
    -- Stays among agents; documents in it are masked.
    summary text not null default '',
    -- What the disposition needs to know, and what it did.
    facts jsonb not null default '{}',
    did jsonb not null default '[]',
    made_at timestamptz not null,
    due_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'undone')),
    ended_at timestamptz,
    -- Why it was undone: `agent`, `debtor_wrote`, `not_theirs`.
    why text,
    foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    check ((state = 'waiting') = (ended_at is null)),
    check ((state = 'undone') = (why is not null))
);
create unique index one_waiting_ending on talk_endings (conversation_id) where state = 'waiting';
create index on talk_endings (due_at) where state = 'waiting';
create index on talk_endings (agent_id, made_at);

-- The agent who asked for what is beyond their own authority.
alter table proposals add column asked_by bigint;
alter table proposals add foreign key (tenant_id, asked_by) references agents (tenant_id, id);
create index proposals_waiting on proposals (tenant_id, id) where status = 'waiting';

-- What the supervisors' board counts.
create index handoffs_ended on handoffs (tenant_id, ended_at) where ended_at is not null;
create index handoffs_asked on handoffs (tenant_id, asked_at);
