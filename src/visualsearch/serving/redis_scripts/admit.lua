-- Takes a job into the house if there is room: gives how many are in then, or 0 if the house is full.
-- Asking twice is asking once.
-- KEYS: house, stream, job. ARGV: id, capacity, milliseconds until its deadline, mailbox, query, picture.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return redis.call('ZCARD', KEYS[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local others = redis.call('ZCARD', KEYS[1])
if others >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
-- What an asker that died left behind is older than any deadline can be.
local entry = redis.call('XADD', KEYS[2], 'MINID', '~', now - 600000, '*', 'job', ARGV[1])
redis.call('HSET', KEYS[3], 'entry', entry, 'mailbox', ARGV[4], 'query', ARGV[5], 'picture', ARGV[6])
-- Longer than the job: its asker, who finds the entry by it, leaves a moment after the deadline.
redis.call('PEXPIRE', KEYS[3], math.max(0, ARGV[3]) + 10000)
return others + 1
