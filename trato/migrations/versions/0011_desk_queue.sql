-- The queue of the desk: who waits, who serves.

select 1;
