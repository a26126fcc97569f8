-- Says that a worker lives and what it knows, and renews the lease of the jobs that it has in hand.
-- KEYS: workers, stream. ARGV: group, worker, number of the newest change it knows, entries...
local clock = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[2], clock[1] * 1000 + math.floor(clock[2] / 1000) .. ' ' .. ARGV[3])
for place = 4, #ARGV do
  redis.call('XCLAIM', KEYS[2], ARGV[1], ARGV[2], 0, ARGV[place], 'JUSTID')
end
