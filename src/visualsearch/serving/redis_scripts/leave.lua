-- Drops a job whose asker has gone, unless a worker has it already: then its place is free when that has ended.
-- KEYS: house, stream, job. ARGV: id.
local job = redis.call('HMGET', KEYS[3], 'entry', 'taken')
if job[2] then return 0 end
if job[1] then redis.call('XDEL', KEYS[2], job[1]) end
redis.call('DEL', KEYS[3])
return redis.call('ZREM', KEYS[1], ARGV[1])
