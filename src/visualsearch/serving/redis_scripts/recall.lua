-- Gives {the kept answer or nothing, the state of the shop}, which begins here where there is none.
-- KEYS: state, kept answers, when they were used. ARGV: digest of what is asked, name of a new state.
redis.call('SET', KEYS[1], ARGV[2], 'NX')
local kept = redis.call('HGET', KEYS[2], ARGV[1])
if kept then
  local clock = redis.call('TIME')
  redis.call('ZADD', KEYS[3], clock[1] * 1000000 + clock[2], ARGV[1])
end
return {kept, redis.call('GET', KEYS[1])}
