-- The talk at the desk: drafts and ready answers.

select 1;
