-- "Paguei metade dia 3 e a outra dia 10" tells of more days than one.
alter table payment_claims add column also_paid_on date[] not null default '{}';
