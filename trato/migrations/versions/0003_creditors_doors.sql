-- A token lets a creditor's systems see and write what is that creditor's, and nothing else. Only its SHA-256 is kept: the token
-- itself is 32 random bytes, so nobody finds it by trying. The creditor may be one that has no debts here yet.
create table api_tokens (
    id bigint generated always as identity primary key,
    tenant_id smallint not null default 1 references tenants,
    creditor_cnpj text not null check (creditor_cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
    name text not null default '',
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    created_at timestamptz not null,
    revoked_at timestamptz
);

-- A creditor withdraws a debt or sells it: it is closed, with the reason, which stays when it is paid all the same.
alter table debts add column closed_reason text check (closed_reason in ('withdrawn', 'sold'));
