-- Gives the kept answer or nothing; those of another state of the shop are dropped, and this one begins.
-- KEYS: state, kept answers, when they were used. ARGV: digest of what is asked, state.
if redis.call('GET', KEYS[1]) ~= ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[2])
  redis.call('DEL', KEYS[2], KEYS[3])
end
local kept = redis.call('HGET', KEYS[2], ARGV[1])
if kept then
  local clock = redis.call('TIME')
  redis.call('ZADD', KEYS[3], clock[1] * 1000000 + clock[2], ARGV[1])
end
return kept
