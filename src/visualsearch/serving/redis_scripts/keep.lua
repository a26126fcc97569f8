-- Keeps an answer unless the shop has changed since it was asked for, and drops those that were not used longest.
-- KEYS: state, kept answers, when they were used. ARGV: digest of what was asked, state, how many are kept, answer.
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
local clock = redis.call('TIME')
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
redis.call('ZADD', KEYS[3], clock[1] * 1000000 + clock[2], ARGV[1])
local over = redis.call('ZCARD', KEYS[3]) - ARGV[3]
if over > 0 then
  local dropped = redis.call('ZPOPMIN', KEYS[3], over)
  for place = 1, #dropped, 2 do redis.call('HDEL', KEYS[2], dropped[place]) end
end
return 1
