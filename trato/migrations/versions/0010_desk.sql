-- What the desk of human agents keeps.

-- hand-over: how soon a person who waits is to be helped (1 first), and which of the team's queues takes them
-- (reasons → both: conversations/handover.py). Order a queue by priority, then by asked_at.
alter table handoffs add column priority smallint not null default 5 check (priority between 1 and 5);
alter table handoffs add column queue text not null default 'geral' check (queue ~ '^[a-z_]{2,20}$');
-- whether the person asked for a human; where the bot asked for one by itself it goes on answering until somebody takes the talk
alter table handoffs add column asked boolean not null default true;
create index handoffs_waiting on handoffs (tenant_id, priority, asked_at, id) where status = 'waiting';
