-- Gives what taken jobs ask: {mailbox, query, picture} each, or nothing for one that nobody waits for any more.
-- KEYS: house, stream, jobs... ARGV: group, then entry and id of each job.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local found = {}
for place = 3, #KEYS do
  local entry, id = ARGV[2 * place - 4], ARGV[2 * place - 3]
  local deadline = redis.call('ZSCORE', KEYS[1], id)
  if deadline and tonumber(deadline) > now and redis.call('EXISTS', KEYS[place]) == 1 then
    redis.call('HSET', KEYS[place], 'taken', 1)
    table.insert(found, redis.call('HMGET', KEYS[place], 'mailbox', 'query', 'picture'))
  else
    redis.call('XACK', KEYS[2], ARGV[1], entry)
    redis.call('XDEL', KEYS[2], entry)
    redis.call('ZREM', KEYS[1], id)
    redis.call('DEL', KEYS[place])
    table.insert(found, {})
  end
end
return found
