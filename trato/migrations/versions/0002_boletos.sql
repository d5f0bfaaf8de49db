-- What a boleto has and a Pix has not. `code` of a boleto is its line of 47 digits.

alter table charges
    add column due_date date,
    -- Until when it may be moved: what was asked of the provider, null once it is done.
    add column wanted_due_date date,
    -- Our own number at the bank (Inter: seuNumero), by which a charge is found again when an answer is lost.
    add column our_number text unique check (our_number ~ '^[A-Z0-9]{1,15}$'),
    -- The bank's name for the charge, which answers and notices carry.
    add column provider_ref text,
    add column barcode text check (barcode ~ '^[0-9]{44}$'),
    -- Nosso número.
    add column bank_number text,
    -- The PDF, relative to TRATO_DATA_DIR/documents.
    add column document_path text,
    add constraint boleto_is_whole check (kind <> 'boleto' or (due_date is not null and our_number is not null)),
    add constraint boleto_has_its_codes check (kind <> 'boleto' or status <> 'active' or (code is not null and barcode is not null));
create unique index charges_provider_ref on charges (provider, provider_ref) where provider_ref is not null;

-- What the bank adds when the boleto is paid late: a fine once, interest for each day after the due date. Centavos.
alter table charge_items
    add column late_fine bigint not null default 0 check (late_fine >= 0),
    add column late_interest_day bigint not null default 0 check (late_interest_day >= 0);

-- A paid charge stays paid, and what was agreed with the provider is not rewritten; but a boleto whose due date moves has a new line.
create or replace function charges_keep() returns trigger language plpgsql as $$
begin
    if old.status = 'paid' and new.status <> 'paid' then
        raise exception 'charge % is paid and stays paid', old.id using errcode = 'check_violation';
    end if;
    if new.amount <> old.amount or new.txid <> old.txid or new.debtor_id <> old.debtor_id or new.kind <> old.kind
       or new.creditor_id <> old.creditor_id or new.our_number is distinct from old.our_number
       or (old.provider_ref is not null and new.provider_ref is distinct from old.provider_ref)
       or (old.code is not null and new.code is distinct from old.code
           and new.due_date is not distinct from old.due_date) then
        raise exception 'charge % cannot be rewritten', old.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
