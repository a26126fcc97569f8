-- Gives a job's answer to its asker, once, and frees its place. 1 if it was given, 0 if it was answered before.
-- KEYS: house, stream, job, mailbox. ARGV: group, entry, id, answer, milliseconds that a mailbox lives unread.
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
redis.call('DEL', KEYS[3])
if redis.call('ZREM', KEYS[1], ARGV[3]) == 0 then return 0 end
redis.call('RPUSH', KEYS[4], ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[4], ARGV[5])
return 1
